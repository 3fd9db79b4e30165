"""Leads that wait for an answer, as a digest lists them: by name and link, the urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from hcprograms.institutions.absolute_urls import find_admin_url
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.sla import format_time_left, measure_left


@dataclass(frozen=True, slots=True)
class OpenLead:
    """Nothing about the person but the name; all else is behind the link."""

    name: str
    url: str
    left: str
    """Business time left or overdue, in words; empty where no answer was promised by a time."""
    is_late: bool
    advisor: str


def find_open_leads(
    *, institution: Institution, membership: Membership | None = None
) -> "QuerySet[Lead]":
    """Unanswered leads of the institution, or of one advisor. Needs a scope, or none at all."""
    rows = Lead.objects.needs_response().filter(institution=institution)
    return rows if membership is None else rows.filter(assigned_to=membership)


def list_open_leads(
    *, leads: "QuerySet[Lead]", institution: Institution, now: datetime, limit: int
) -> Sequence[OpenLead]:
    """The first ``limit`` of these leads, the longest overdue first."""
    hours = read_opening_hours(institution)
    rows = leads.select_related("assigned_to__user").order_by(
        F("answer_due_at").asc(nulls_last=True), "captured_at", "pk"
    )
    found = []
    for lead in rows[:limit]:
        due_at = lead.answer_due_at
        is_due = due_at is not None and lead.is_waiting
        left = measure_left(due_at=due_at, hours=hours, now=now) if due_at and is_due else None
        found.append(
            OpenLead(
                name=lead.name,
                url=find_admin_url("lead_change", lead.pk),
                left="" if left is None else format_time_left(left),
                is_late=left is not None and left < timedelta(),
                advisor=lead.assigned_to.display_name if lead.assigned_to else "",
            )
        )
    return found
