"""Follow-ups that are not wanted any more: an answer, an end, or a withdrawn consent."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.steps import Answered
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

NUDGES = (FollowUp.Purpose.REMINDER, FollowUp.Purpose.ESCALATION)


def cancel_nudges(*, lead: Lead, now: datetime) -> list[int]:
    """Cancel what would ask advisors to answer, and what goes out only while nobody has.

    Returns the ids of the rows.
    """
    return _cancel(lead, Q(purpose__in=NUDGES) | Q(conditions__answered=Answered.NOT_YET.value))


def cancel_all(*, lead: Lead, now: datetime) -> list[int]:
    """Cancel everything that has not been sent to people, and steps that tell other systems.

    Of what happens to the lead, other systems are told to the end, and what the applicant wrote is
    passed on. Returns the ids of the rows.
    """
    to_people = Q(endpoint__isnull=True) & ~Q(purpose=FollowUp.Purpose.RECEIVED)
    return _cancel(lead, to_people | Q(event=Event.STEP_DUE))


def cancel_to_applicant(*, lead: Lead, now: datetime) -> int:
    """Cancel everything that would be sent to the applicant, by this and other leads of theirs."""
    with scope(institution=lead.institution):
        rows = FollowUp.objects.filter(
            recipient=FollowUp.Recipient.APPLICANT,
            address__iexact=lead.email,
            state=FollowUp.State.PLANNED,
        )
        return rows.update(state=FollowUp.State.CANCELLED)


def cancel_news(*, lead: Lead, now: datetime) -> list[int]:
    """Cancel what goes only to who agreed to further messages; answers still go out."""
    return _cancel(lead, Q(purpose=FollowUp.Purpose.NEWS))


def _cancel(lead: Lead, which: Q) -> list[int]:
    with scope(institution=lead.institution), transaction.atomic():
        rows = FollowUp.objects.filter(which, lead=lead, state=FollowUp.State.PLANNED)
        keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        still = FollowUp.objects.filter(pk__in=keys, state=FollowUp.State.PLANNED)
        still.update(state=FollowUp.State.CANCELLED)
    return keys
