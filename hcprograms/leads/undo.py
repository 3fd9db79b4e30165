"""Taking back a step that ended the work on a lead: a first response, spam, closing."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.lead_state import RESPONSE, STATUS, format_time
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.signals import lead_undone, lead_updated

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def can_undo(*, event: LeadEvent, lead: Lead) -> bool:
    """Whether the lead is still as the event left it, and the event was not undone before."""
    details = event.details or {}
    if "before" not in details or details.get("undone_at") or lead.erased_at:
        return False
    after = details["after"]
    if event.kind == LeadEvent.Kind.ANSWERED:
        return bool(format_time(lead.first_answered_at) == after["first_answered_at"])
    return bool(lead.status == after["status"])


def list_undoable(*, leads: Iterable[Lead], user: "User", at: datetime) -> list[LeadEvent]:
    """What the person did to these leads at that moment and can take back. Needs a scope."""
    events = LeadEvent.objects.filter(
        lead__in=[one.pk for one in leads], actor=user, at=at, details__isnull=False
    )
    found = events.select_related("lead").order_by("pk")
    return [event for event in found if can_undo(event=event, lead=event.lead)]


def undo_event(*, event: LeadEvent, user: "User", now: datetime) -> Lead:
    """Put back what the event changed: response, status and the messages that it stopped.

    A status that was changed since stays. Raises :class:`NotAllowedNowError` where the step was
    undone already or the lead was changed since.
    """
    with scope(institution=event.lead.institution), transaction.atomic():
        lead = lock_lead(event.lead)
        event = LeadEvent.objects.get(pk=event.pk)
        if not can_undo(event=event, lead=lead):
            raise NotAllowedNowError(_("This cannot be undone: the lead was changed since."))
        details: dict[str, Any] = event.details or {}
        before, after = details["before"], details["after"]
        fields = list(RESPONSE) if event.kind == LeadEvent.Kind.ANSWERED else []
        if lead.status == after["status"]:
            fields += STATUS
        for name in fields:
            value = before[name]
            is_time = name == "first_answered_at" and value
            setattr(lead, name, parse_datetime(value) if is_time else value)
        lead.save(update_fields=[*(name.removesuffix("_id") for name in fields), "updated_at"])
        details["undone_at"] = now.isoformat()
        event.details = details
        event.save(update_fields=["details"])
        LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.UNDONE,
            at=now,
            actor=user,
            text=": ".join(filter(None, [event.get_kind_display(), event.text])),
        )
        lead_undone.send(sender=Lead, lead=lead, event=event, now=now)
        lead_updated.send(sender=Lead, lead=lead, now=now)
    return lead
