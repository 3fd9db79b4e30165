"""The first answer to a lead: recorded once, and it stops the clock of the service level."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.lead_state import read_state
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.service_level import measure_answer
from hcprograms.signals import lead_answered

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def record_first_answer(
    *, lead: Lead, user: "User", now: datetime, can_be_undone: bool = False
) -> bool:
    """Record that ``user`` got in touch with the person. Only the first call changes anything.

    ``can_be_undone``: a person said so, and nothing was sent with it. Returns whether this was
    the first. A new lead becomes contacted; a status further on stays. Raises
    :class:`NotAllowedNowError` for a lead held for review.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        if lead.is_held:
            raise NotAllowedNowError(_("This lead is held for review: release it first."))
        first = lead.first_answered_at is None
        if first:
            _record(lead, user, now, can_be_undone=can_be_undone)
    return first


def _record(lead: Lead, user: "User", now: datetime, *, can_be_undone: bool) -> None:
    state = read_state(lead)
    lead.first_answered_at = now
    lead.first_answered_by = user
    lead.answered_after_minutes = measure_answer(lead=lead, now=now)
    lead.stage = max(lead.stage, Lead.STAGES.index(Lead.Status.CONTACTED))
    if lead.status == Lead.Status.NEW:
        lead.reach(Lead.Status.CONTACTED)
    lead.save(
        update_fields=[
            "first_answered_at",
            "first_answered_by",
            "answered_after_minutes",
            "status",
            "stage",
            "updated_at",
        ]
    )
    event = LeadEvent(lead=lead, kind=LeadEvent.Kind.ANSWERED, at=now, actor=user)
    if can_be_undone:
        event.details = {"before": state, "after": read_state(lead), "stopped": []}
    lead_answered.send(sender=Lead, lead=lead, now=now, event=event)
    event.save(force_insert=True)
