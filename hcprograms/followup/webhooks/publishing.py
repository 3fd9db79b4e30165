"""Events become rows of the queue, in the transaction in which they happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.webhooks.condition import ENDPOINT_PAUSED
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

CHANNEL = "webhook"


def publish_event(
    *, lead: Lead, event: Event, now: datetime, details: Mapping[str, Any] | None = None
) -> list[FollowUp]:
    """Write what :func:`plan_event` plans."""
    rows = plan_event(lead=lead, event=event, now=now, details=details)
    if not rows:
        return []
    with scope(institution=lead.institution):
        return FollowUp.objects.bulk_create(rows)


def plan_event(
    *, lead: Lead, event: Event, now: datetime, details: Mapping[str, Any] | None = None
) -> list[FollowUp]:
    """One message, not yet saved, to each endpoint of the lead's institution that wants this event.

    A paused endpoint gets a failed row instead, for staff to send again. A lead held for review
    is nobody else's business yet, so it is told of once it is released. One query at most.
    """
    if lead.is_held:
        return []
    active = WebhookEndpoint.objects.filter(institution_id=lead.institution_id, is_active=True)
    return [_row(lead, one, event, now, details) for one in active if event.value in one.events]


def _row(
    lead: Lead,
    endpoint: WebhookEndpoint,
    event: Event,
    now: datetime,
    details: Mapping[str, Any] | None,
) -> FollowUp:
    return FollowUp(
        institution_id=lead.institution_id,
        lead=lead,
        purpose=FollowUp.Purpose.WEBHOOK,
        recipient=FollowUp.Recipient.SYSTEM,
        channel=CHANNEL,
        endpoint=endpoint,
        event=event,
        details=dict(details) if details else None,
        address=urlsplit(endpoint.url).hostname or "",
        due_at=now,
        state=FollowUp.State.FAILED if endpoint.is_paused else FollowUp.State.PLANNED,
        last_error=str(ENDPOINT_PAUSED) if endpoint.is_paused else "",
    )
