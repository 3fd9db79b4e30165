"""With whom and when a person could talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.presence import Absence
from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.slots import find_free
from hcprograms.leads.models.appointments import Appointment, AppointmentType, BookedTime
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody could book: a talk of this type, with this advisor, at these times (UTC)."""

    type: AppointmentType
    advisor: Membership
    starts: Sequence[datetime]


def find_offer(*, lead: Lead, type: AppointmentType, now: datetime) -> Offer | None:
    """The free times of the lead's advisor; None when the institution has nobody who advises.

    The times that the lead's own appointment takes count as free: it could be moved by less than
    its length.
    """
    advisor = find_advisor(lead=lead)
    if advisor is None:
        return None
    hours = read_hours(advisor=advisor)
    earliest = now + timedelta(hours=type.notice_hours)
    latest = now + timedelta(days=type.days_ahead)
    taken = BookedTime.objects.filter(membership=advisor, at__gte=now, at__lte=latest + A_DAY)
    starts = find_free(
        openings=hours.openings(earliest, until=latest),
        taken=taken.exclude(appointment__lead=lead).values_list("at", flat=True),
        rules=type.rules(hours.zone),
        earliest=earliest,
        latest=latest,
    )
    return Offer(type, advisor, starts)


def find_types(*, institution: Institution) -> list[AppointmentType]:
    """What applicants of this institution may book."""
    return list(AppointmentType.objects.filter(institution=institution, is_active=True))


def find_appointment(*, lead: Lead) -> Appointment | None:
    """The lead's booked appointment, past or to come; None for cancelled and finished ones."""
    with scope(institution=lead.institution):
        rows = Appointment.objects.select_related("type", "membership__user", "institution")
        return rows.filter(lead=lead, state=Appointment.State.BOOKED).first()


def find_time_zone(*, lead: Lead) -> str:
    """The time zone in which the person last chose a time, of a cancelled appointment, too.

    Empty where they never chose one.
    """
    with scope(institution=lead.institution):
        chosen = Appointment.objects.filter(lead=lead).order_by("-updated_at", "-pk")
        return chosen.values_list("time_zone", flat=True).first() or ""


def find_advisor(*, lead: Lead) -> Membership | None:
    """Who has the lead, or else the first who advises."""
    members = Membership.objects.active().select_related("user")
    if lead.assigned_to_id:
        mine = members.filter(pk=lead.assigned_to_id).first()
        if mine is not None:
            return mine
    return members.advisors().filter(institution_id=lead.institution_id).first()


def read_hours(*, advisor: Membership) -> OpeningHours:
    """The advisor's own hours, or the office's; closed while the office or the advisor is away."""
    school = advisor.institution
    own = list(advisor.working_hours.all())
    absences = Absence.objects.filter(membership=advisor)
    return read_opening_hours(school, hours=own or None, absences=absences)


A_DAY = timedelta(days=1)
