"""Review of suspected spam: a lead released is worked like one captured this moment."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.assigning import count_undisturbed
from hcprograms.leads.capture import assign_lead, describe_assignment
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.routing_plan import find_plan
from hcprograms.leads.writing import gather_rows, write_rows
from hcprograms.signals import lead_captured

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def release_lead(*, lead: Lead, user: "User | None", now: datetime) -> Lead:
    """Assign and announce a quarantined lead. Raises :class:`NotAllowedNowError` for any other.

    The clock of the service level starts at the release: nobody could have answered before.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        if lead.status != Lead.Status.QUARANTINED:
            raise NotAllowedNowError(_("Only a lead held for review can be released."))
        choices = lead.choices.exclude(offering=None).select_related("offering__program")
        offerings = [choice.offering for choice in choices if choice.offering]
        lead.status = Lead.Status.NEW
        plan = find_plan(institution=lead.institution)
        with count_undisturbed(institution=lead.institution, plan=plan):
            assignment = assign_lead(lead=lead, offerings=offerings, now=now)
        started = gather_rows(lead=lead, members=assignment.members, now=now)
        decided = ["status", "assigned_to", "assignment_reason", "answer_due_at", "updated_at"]
        lead.save(update_fields=decided)
        released = LeadEvent(lead=lead, kind=LeadEvent.Kind.RELEASED, at=now, actor=user)
        events = [released, describe_assignment(lead, assignment, at=now)]
        write_rows(rows=[*events, *started.rows])
        started.finish()
        lead_captured.send(sender=Lead, lead=lead, now=now)
    return lead
