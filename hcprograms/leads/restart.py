"""Work on a lead begins again: it was spam, held for review or closed, and is not any more."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Model

from hcprograms.leads.assigning import count_undisturbed
from hcprograms.leads.capture import assign_lead, describe_assignment
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.routing_plan import read_plan
from hcprograms.leads.service_level import compute_answer_due
from hcprograms.leads.writing import gather_rows, write_rows

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def restart_lead(
    *, lead: Lead, kind: LeadEvent.Kind, user: "User | None", now: datetime, why: str = ""
) -> None:
    """Save the lead with its status and plan its messages like those of a new one.

    It stays with the member who has it; where that is no one who can sign in, the rules assign
    it. Without a first response the clock starts now. Needs a scope and a transaction.
    """
    member = lead.assigned_to
    rows: list[Model] = []
    members = None
    if lead.first_answered_at is None:
        rows.append(LeadEvent(lead=lead, kind=kind, at=now, actor=user, text=why))
    if member is None or not (member.is_active and member.user.is_active):
        choices = lead.choices.exclude(offering=None).select_related("offering__program")
        offerings = [choice.offering for choice in choices if choice.offering]
        plan = read_plan(institution=lead.institution)
        due_at = lead.answer_due_at
        with count_undisturbed(institution=lead.institution, plan=plan):
            assignment = assign_lead(lead=lead, offerings=offerings, now=now)
        members = assignment.members
        rows.append(describe_assignment(lead, assignment, at=now))
        if lead.first_answered_at is not None:
            lead.answer_due_at = due_at
    elif lead.first_answered_at is None:
        plan = read_plan(institution=lead.institution)
        lead.answer_due_at = compute_answer_due(plan=plan, now=now)
    started = gather_rows(lead=lead, members=members, now=now)
    lead.save(
        update_fields=[
            "status",
            "stage",
            "close_reason",
            "assigned_to",
            "assignment_reason",
            "answer_due_at",
            "updated_at",
        ]
    )
    write_rows(rows=[*rows, *started.rows])
    started.finish()
