"""Status and first response of a lead as JSON, so that a step can be undone."""

from datetime import datetime
from typing import Any

from hcprograms.leads.models.lead import Lead

STATUS = ("status", "stage", "close_reason")
RESPONSE = ("first_answered_at", "first_answered_by_id", "answered_after_minutes")


def read_state(lead: Lead) -> dict[str, Any]:
    """The fields that undoing puts back."""
    values = {name: getattr(lead, name) for name in (*STATUS, *RESPONSE)}
    return values | {
        "status": str(lead.status),
        "first_answered_at": format_time(lead.first_answered_at),
    }


def format_time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
