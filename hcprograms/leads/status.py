"""Where a lead stands: status, first response, notes, assignment by hand, and undoing a step.

Every step is written into the lead's timeline.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hcprograms.institutions.models import Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.assignment import (
    RoutingPlan,
    assign_by_rules,
    build_assignment_event,
    get_routing_plan,
)
from hcprograms.leads.locking import NotAllowedNowError as NotAllowedNowError
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.sla import compute_response_due, measure_response
from hcprograms.signals import (
    lead_answered,
    lead_captured,
    lead_closed,
    lead_reopened,
    lead_undone,
    lead_updated,
    leads_assigned,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STATUS_FIELDS = ("status", "stage", "close_reason")
RESPONSE_FIELDS = ("first_answered_at", "first_answered_by_id", "answered_after_minutes")


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
        was_closed, before, state = lead.is_closed, lead.get_status_display(), get_state(lead)
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
            event.details = {"before": state, "after": get_state(lead), "stopped": []}
            lead_closed.send(sender=Lead, lead=lead, now=now, event=event)
            event.save(update_fields=["details"])
        elif was_closed:
            _restart(lead, kind=LeadEvent.Kind.REOPENED, user=user, now=now)
            lead_reopened.send(sender=Lead, lead=lead, now=now)
    return lead


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


def release_lead(*, lead: Lead, user: "User", now: datetime) -> Lead:
    """Assign and announce a lead that was held for review or marked as spam.

    The clock of the first response starts at the release: no one could have responded before.
    Raises :class:`NotAllowedNowError` for any other lead.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        if lead.status == Lead.Status.SPAM:
            return change_status(lead=lead, status=Lead.Status.NEW, user=user, now=now)
        if not lead.is_held:
            raise NotAllowedNowError(
                _("Only a lead that is held for review or marked as spam can be released.")
            )
        lead.status = Lead.Status.NEW
        _restart(lead, kind=LeadEvent.Kind.RELEASED, user=user, now=now)
        lead_captured.send(sender=Lead, lead=lead, members=None, plan=None, now=now)
    return lead


def _restart(lead: Lead, *, kind: LeadEvent.Kind, user: "User | None", now: datetime) -> None:
    """Save the lead with its status, owner and deadline, as work on it begins again.

    It stays with the member who has it; where that is no one who can sign in, the rules assign
    it. Without a first response the clock starts now.
    """
    member, due_at = lead.assigned_to, lead.answer_due_at
    is_answered = lead.first_answered_at is not None
    if not is_answered:
        LeadEvent.objects.create(lead=lead, kind=kind, at=now, actor=user)
    if member is None or not (member.is_active and member.user.is_active):
        plan = get_routing_plan(institution=lead.institution)
        assign_anew(lead=lead, plan=plan, user=None, now=now)
    if is_answered:
        lead.answer_due_at = due_at
    else:
        hours = read_opening_hours(lead.institution)
        lead.answer_due_at = compute_response_due(hours=hours, now=now)
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


def assign_anew(*, lead: Lead, plan: RoutingPlan, user: "User | None", now: datetime) -> None:
    """Have the rules say who answers a lead that exists already, and note it in the timeline.

    The caller saves the lead. Needs a transaction and a scope.
    """
    choices = lead.choices.exclude(offering=None).select_related("offering__program")
    assignment = assign_by_rules(
        lead=lead,
        offerings=[choice.offering for choice in choices if choice.offering],
        plan=plan,
        now=now,
    )
    event = build_assignment_event(lead, assignment, at=now)
    event.actor = user
    event.save(force_insert=True)


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
            _save_first_answer(lead, user, now, can_be_undone=can_be_undone)
    return first


def _save_first_answer(lead: Lead, user: "User", now: datetime, *, can_be_undone: bool) -> None:
    state = get_state(lead)
    lead.first_answered_at = now
    lead.first_answered_by = user
    lead.answered_after_minutes = measure_response(lead=lead, now=now)
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
        event.details = {"before": state, "after": get_state(lead), "stopped": []}
    lead_answered.send(sender=Lead, lead=lead, now=now, event=event)
    event.save(force_insert=True)


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


def get_state(lead: Lead) -> dict[str, Any]:
    """Return status and first response as JSON keeps them: what undoing a step puts back."""
    values = {name: getattr(lead, name) for name in (*STATUS_FIELDS, *RESPONSE_FIELDS)}
    return values | {
        "status": str(lead.status),
        "first_answered_at": _format_time(lead.first_answered_at),
    }


def _format_time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def can_undo(*, event: LeadEvent, lead: Lead) -> bool:
    """Whether the lead is still as the event left it, and the event was not undone before."""
    details = event.details or {}
    if "before" not in details or details.get("undone_at") or lead.erased_at:
        return False
    after = details["after"]
    if event.kind == LeadEvent.Kind.ANSWERED:
        return bool(_format_time(lead.first_answered_at) == after["first_answered_at"])
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
        fields = list(RESPONSE_FIELDS) if event.kind == LeadEvent.Kind.ANSWERED else []
        if lead.status == after["status"]:
            fields += STATUS_FIELDS
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
