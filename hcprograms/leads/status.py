"""Where a lead stands: changes of status, closing with a reason, notes; each in the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.lead_state import read_state
from hcprograms.leads.locking import NotAllowedNowError as NotAllowedNowError
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.restart import restart_lead
from hcprograms.signals import lead_closed, lead_updated, leads_assigned

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def change_status(
    *, lead: Lead, status: str, user: "User", now: datetime, reason: str = ""
) -> Lead:
    """Move a lead on. Closing asks for a reason; a lead held for review is released instead.

    Closing and spam can be undone. A lead that was closed or spam and is not any more is planned
    like a new one. Raises :class:`NotAllowedNowError`.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        _check_change(lead, status, reason)
        if lead.status == status:
            return lead
        was_closed, before, state = lead.is_closed, lead.get_status_display(), read_state(lead)
        lead.reach(status)
        lead.close_reason = reason if status == Lead.Status.CLOSED else ""
        lead.save(update_fields=["status", "stage", "close_reason", "updated_at"])
        text = _("%(before)s → %(after)s") % {
            "before": before,
            "after": lead.get_status_display(),
        }
        text = f"{text}: {reason}" if reason else text
        event = _note(lead, LeadEvent.Kind.STATUS, text, user, now)
        lead_updated.send(sender=Lead, lead=lead, now=now)
        if lead.is_closed:
            event.details = {"before": state, "after": read_state(lead), "stopped": []}
            lead_closed.send(sender=Lead, lead=lead, now=now, event=event)
            event.save(update_fields=["details"])
        elif was_closed:
            restart_lead(lead=lead, kind=LeadEvent.Kind.REOPENED, user=user, now=now)
    return lead


def add_note(*, lead: Lead, text: str, user: "User", now: datetime) -> LeadEvent:
    """Keep a remark of staff in the timeline."""
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        return _note(lead, LeadEvent.Kind.NOTE, text, user, now)


def log_call(*, lead: Lead, text: str, user: "User", now: datetime) -> LeadEvent:
    """Keep what was said on the phone. Whether it was the first answer is recorded apart."""
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        return _note(lead, LeadEvent.Kind.CALL, text, user, now)


def assign_lead(
    *, lead: Lead, membership: Membership, user: "User", now: datetime, is_announced: bool = True
) -> bool:
    """Give a lead to a member by hand; return whether it was not theirs before.

    They are told by email, unless they did it themselves; several leads that are given together
    are announced once, by :func:`announce_assignment`. Raises :class:`NotAllowedNowError` for
    somebody who does not work for the institution or cannot sign in.
    """
    can_answer = membership.is_active and membership.user.is_active
    if membership.institution_id != lead.institution_id or not can_answer:
        raise NotAllowedNowError(_("This person does not work for the institution."))
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        if lead.assigned_to_id == membership.pk:
            return False
        lead.assigned_to = membership
        lead.assignment_reason = _("by hand")
        lead.save(update_fields=["assigned_to", "assignment_reason", "updated_at"])
        text = _("%(who)s: %(reason)s") % {
            "who": membership.display_name,
            "reason": lead.assignment_reason,
        }
        _note(lead, LeadEvent.Kind.ASSIGNED, text, user, now)
        lead_updated.send(sender=Lead, lead=lead, now=now)
        if is_announced:
            announce_assignment(membership=membership, leads=[lead], user=user, now=now)
    return True


def announce_assignment(
    *, membership: Membership, leads: Sequence[Lead], user: "User | None", now: datetime
) -> None:
    """Let the member know which leads they were given, unless they took them themselves."""
    open_leads = [one for one in leads if one.is_open]
    if open_leads and (user is None or membership.user_id != user.pk):
        leads_assigned.send(
            sender=Lead, membership=membership, leads=open_leads, user=user, now=now
        )


def _check_change(before: Lead, status: str, reason: str) -> None:
    if status not in Lead.Status.values:
        raise NotAllowedNowError(_("There is no such status."))
    if before.is_held and status != Lead.Status.SPAM:
        raise NotAllowedNowError(_("This lead is held for review: release it first."))
    if status == Lead.Status.QUARANTINED and before.status != status:
        raise NotAllowedNowError(_("Only a new submit can be held for review."))
    if status == Lead.Status.CLOSED and not reason.strip():
        raise NotAllowedNowError(_("Say why the lead is closed."))


def _note(lead: Lead, kind: LeadEvent.Kind, text: str, user: "User", now: datetime) -> LeadEvent:
    return LeadEvent.objects.create(lead=lead, kind=kind, at=now, actor=user, text=text)
