"""Booking, moving and cancelling. Whatever happens at once, a time goes to one person.

Each runs in one transaction with its signal, so that messages are planned or nothing happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hcprograms.institutions.hours import read_zone
from hcprograms.institutions.models import Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.finding import find_offer
from hcprograms.leads.appointments.slots import cells_of
from hcprograms.leads.appointments.words import name_time
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.appointments import Appointment, AppointmentType, BookedTime
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.sla import compute_response_due
from hcprograms.signals import appointment_changed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = Appointment.State
ENDS = {State.CANCELLED: "cancelled", State.HELD: "held", State.MISSED: "missed"}


class TimeTakenError(Exception):
    """The time is not free, or not any more; the message says so to the person."""


def book_appointment(
    *,
    lead: Lead,
    type: AppointmentType,
    starts_at: datetime,
    time_zone: str,
    now: datetime,
    moves_only: int | None = None,
) -> Appointment:
    """Book a time that :func:`find_offer` names; an appointment still to come is moved to it.

    ``moves_only``: the key of the only appointment that may be moved, 0 for none; by default any.
    Raises :class:`TimeTakenError` when the time is not, or no longer, free, and
    :class:`NotAllowedNowError` where another appointment is booked that may not be moved.
    """
    with scope(institution=lead.institution), _taken_if_refused(), transaction.atomic():
        lock_lead(lead)
        if moves_only is not None:
            _check_own(lead, moves_only)
        advisor = _find_free_advisor(lead, type, starts_at, now)
        appointment, change = _find_or_begin(lead, now)
        appointment.membership, appointment.type = advisor, type
        appointment.starts_at = starts_at
        appointment.ends_at = starts_at + timedelta(minutes=type.minutes)
        appointment.time_zone = time_zone
        appointment.save()
        _take_time(appointment)
        _move_lead_on(lead)
        _tell(appointment, change, now, None)
    return appointment


def move_to_advisor(
    *, appointment: Appointment, advisor: Membership, user: "User | None", now: datetime
) -> None:
    """Give an appointment to a colleague at the same time; both sides are told.

    Needs a scope and a transaction. Raises ``IntegrityError`` where the colleague is busy then.
    """
    appointment.booked_times.all().update(membership=advisor)
    appointment.membership = advisor
    appointment.sequence += 1
    appointment.save()
    _tell(appointment, "moved", now, user)


def cancel_appointment(
    *, appointment: Appointment, now: datetime, user: "User | None" = None
) -> bool:
    """Give the time back; False when it had ended before."""
    return _end(appointment, State.CANCELLED, now, user)


def mark_missed(*, appointment: Appointment, now: datetime, user: "User") -> bool:
    """Nobody came; False when it had ended before. Raises :class:`NotAllowedNowError` too early."""
    _check_begun(appointment, now)
    return _end(appointment, State.MISSED, now, user)


def mark_held(*, appointment: Appointment, now: datetime, user: "User") -> bool:
    """It took place; False when it had ended before. Raises :class:`NotAllowedNowError` too early.

    Whether it was the first answer is recorded apart.
    """
    _check_begun(appointment, now)
    return _end(appointment, State.HELD, now, user)


def _check_own(lead: Lead, key: int) -> None:
    if Appointment.objects.filter(lead=lead, state=State.BOOKED).exclude(pk=key).exists():
        raise NotAllowedNowError(_("A time is booked already. The email about it has a link."))


def _find_or_begin(lead: Lead, now: datetime) -> tuple[Appointment, str]:
    """The lead's appointment to come, its time given back, or a new one; and what this is."""
    mine = Appointment.objects.filter(lead=lead, state=State.BOOKED)
    mine.filter(ends_at__lte=now).update(state=State.HELD)
    booked = mine.first()
    if booked is None:
        return Appointment(institution=lead.institution, lead=lead), "booked"
    booked.booked_times.all().delete()
    booked.sequence += 1
    return booked, "moved"


def _find_free_advisor(
    lead: Lead, type: AppointmentType, starts_at: datetime, now: datetime
) -> Membership:
    offer = find_offer(lead=lead, type=type, now=now)
    if offer is None or starts_at not in offer.starts:
        raise TimeTakenError(_taken())
    return offer.advisor


def _take_time(appointment: Appointment) -> None:
    """Write the cells; the database refuses one that is taken."""
    rules = appointment.type.rules(read_zone(appointment.institution.time_zone))
    BookedTime.objects.bulk_create(
        BookedTime(appointment=appointment, membership=appointment.membership, at=at)
        for at in cells_of(start=appointment.starts_at, rules=rules)
    )


def _taken() -> str:
    return _("This time is not free any more. Please choose another one.")


@contextmanager
def _taken_if_refused() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise TimeTakenError(_taken()) from error


def _move_lead_on(lead: Lead) -> None:
    """A talk counts as a stage of the lead, whatever its status is later."""
    fresh = Lead.objects.get(pk=lead.pk)
    is_early = fresh.status in (Lead.Status.NEW, Lead.Status.CONTACTED)
    status = fresh.status
    fresh.reach(Lead.Status.APPOINTMENT)
    if not is_early:
        fresh.status = status
    fresh.save(update_fields=["status", "stage", "updated_at"])
    lead.status, lead.stage = fresh.status, fresh.stage


def _move_lead_back(lead: Lead, now: datetime) -> None:
    """Without the talk the lead is contacted, or new and to be answered as from now."""
    fresh = Lead.objects.select_related("institution").get(pk=lead.pk)
    if fresh.status != Lead.Status.APPOINTMENT or fresh.erased_at:
        return
    is_answered = fresh.first_answered_at is not None
    fresh.status = Lead.Status.CONTACTED if is_answered else Lead.Status.NEW
    if not is_answered:
        hours = read_opening_hours(fresh.institution)
        fresh.answer_due_at = compute_response_due(hours=hours, now=now)
        LeadEvent.objects.create(lead=fresh, kind=LeadEvent.Kind.REOPENED, at=now)
    fresh.save(update_fields=["status", "answer_due_at", "updated_at"])
    lead.status, lead.answer_due_at = fresh.status, fresh.answer_due_at


def _end(appointment: Appointment, state: str, now: datetime, user: "User | None") -> bool:
    with scope(institution=appointment.institution), transaction.atomic():
        # The lead first, as everywhere: one who moves the appointment waits, and neither fails.
        # An erasure that is under way cancels it too, after it has marked the lead.
        lock_lead(appointment.lead, even_if_erased=True)
        mine = Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED)
        if not mine.update(state=state, sequence=F("sequence") + 1, updated_at=now):
            return False
        appointment.refresh_from_db()
        appointment.booked_times.all().delete()
        if state in (State.CANCELLED, State.MISSED):
            _move_lead_back(appointment.lead, now)
        _tell(appointment, ENDS[State(state)], now, user)
    return True


def _check_begun(appointment: Appointment, now: datetime) -> None:
    if now < appointment.starts_at:
        raise NotAllowedNowError(_("The appointment has not begun yet."))


def _tell(appointment: Appointment, change: str, now: datetime, user: "User | None") -> None:
    lead = appointment.lead
    text = f"{appointment.get_state_display()}: {name_time(appointment)}"
    kind = LeadEvent.Kind.APPOINTMENT
    LeadEvent.objects.create(lead=lead, kind=kind, at=now, actor=user, text=text)
    appointment_changed.send(
        sender=Appointment, appointment=appointment, lead=lead, change=change, now=now
    )
