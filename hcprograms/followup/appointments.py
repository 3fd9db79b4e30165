"""What people and other systems are told of an appointment, and when."""

from datetime import datetime, timedelta

from django.db.models import Max

from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.recipients import find_address
from hcprograms.followup.webhooks.publishing import publish_event
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.appointments import Appointment

REMIND_BEFORE = (timedelta(hours=24), timedelta(hours=2))
"""The first of these that lies at least as far again ahead."""

EVENTS = {
    "booked": Event.APPOINTMENT_BOOKED,
    "moved": Event.APPOINTMENT_MOVED,
    "cancelled": Event.APPOINTMENT_CANCELLED,
    "missed": Event.APPOINTMENT_MISSED,
}
TOLD = {"booked", "moved", "cancelled"}

Purpose = FollowUp.Purpose
Recipient = FollowUp.Recipient


def plan_for_appointment(*, appointment: Appointment, change: str, now: datetime) -> list[FollowUp]:
    """Write the rows that a change of an appointment calls for, in the change's transaction.

    Both sides get the news with an entry for their calendar, the applicant a reminder; what was
    planned before and not sent is not news any more.
    """
    with scope(institution=appointment.institution):
        mine = FollowUp.objects.filter(
            appointment=appointment, state=FollowUp.State.PLANNED, endpoint__isnull=True
        )
        mine.update(state=FollowUp.State.CANCELLED)
        rows = _news(appointment, now) if change in TOLD else []
        if change in ("booked", "moved"):
            rows += _reminders(appointment, now)
        written = FollowUp.objects.bulk_create(rows)
    if change in EVENTS:
        details = {"appointment": describe_appointment(appointment)}
        written += publish_event(
            lead=appointment.lead, event=EVENTS[change], now=now, details=details
        )
    return written


def describe_appointment(appointment: Appointment) -> dict[str, object]:
    """The appointment as other systems are told of it (docs/webhooks.md)."""
    return {
        "id": str(appointment.public_id),
        "type": appointment.type.name,
        "state": appointment.state,
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "sequence": appointment.sequence,
    }


def _news(appointment: Appointment, now: datetime) -> list[FollowUp]:
    lead, advisor = appointment.lead, appointment.membership
    to_applicant = _row(
        appointment, Purpose.APPOINTMENT, Recipient.APPLICANT, lead.email, due_at=now
    )
    address = find_address(advisor)
    to_advisor = _row(appointment, Purpose.APPOINTMENT, Recipient.ADVISOR, address, due_at=now)
    to_advisor.membership = advisor
    return [to_advisor] if lead.erased_at else [to_applicant, to_advisor]


def _reminders(appointment: Appointment, now: datetime) -> list[FollowUp]:
    ahead = appointment.starts_at - now
    before = next((one for one in REMIND_BEFORE if ahead >= 2 * one), None)
    if before is None:
        return []
    due_at = appointment.starts_at - before
    email = appointment.lead.email
    purpose = Purpose.APPOINTMENT_REMINDER
    return [_row(appointment, purpose, Recipient.APPLICANT, email, due_at=due_at)]


def _row(
    appointment: Appointment, purpose: str, recipient: str, address: str, *, due_at: datetime
) -> FollowUp:
    return FollowUp(
        institution=appointment.institution,
        lead=appointment.lead,
        appointment=appointment,
        purpose=purpose,
        step=_next_step(appointment, purpose),
        recipient=recipient,
        address=address,
        due_at=due_at,
    )


def _next_step(appointment: Appointment, purpose: str) -> int:
    """One further than any before, of this lead's earlier appointments too."""
    rows = FollowUp.objects.filter(lead=appointment.lead, purpose=purpose)
    latest: int | None = rows.aggregate(latest=Max("step"))["latest"]
    return 0 if latest is None else latest + 1
