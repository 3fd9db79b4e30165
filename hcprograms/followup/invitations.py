"""Entries for calendars: RFC 5545, to be sent as RFC 5546 asks."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from hcprograms.followup.wording.filling import one_line
from hcprograms.followup.wording.sentences import find_safe_name
from hcprograms.institutions.email_addresses import format_email
from hcprograms.leads.appointments.words import describe_place, name_time
from hcprograms.leads.models.appointments import Appointment

PRODUCT = "-//hcprograms//appointments//EN"


def write_invitation(
    *, appointment: Appointment, organizer: str, url: str, now: datetime, time_zone: str = ""
) -> str:
    """The iCalendar object that adds, updates or removes the appointment in a calendar.

    The same UID for ever and a SEQUENCE that grows with each change: calendars replace what they
    have. A cancelled appointment has METHOD CANCEL. ``organizer`` is an address; ``url`` is where
    the reader changes the appointment, empty for none; ``time_zone`` is the reader's, in which the
    description names the time, empty for the institution's.
    """
    is_off = appointment.state == Appointment.State.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "REQUEST")
    calendar.add_component(_event(appointment, organizer, url, is_off, now, time_zone))
    return str(calendar.to_ical().decode())


def _event(
    appointment: Appointment,
    organizer: str,
    url: str,
    is_off: bool,
    now: datetime,
    time_zone: str,
) -> Event:
    lead, advisor = appointment.lead, appointment.membership
    event = Event()
    event.add("uid", f"{appointment.public_id}@{organizer.rpartition('@')[2] or 'localhost'}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", f"{appointment.type.name}: {appointment.institution.name}")
    event.add("description", _describe(appointment, url, time_zone))
    event.add("location", describe_place(appointment))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event["organizer"] = _person(appointment.institution.name, organizer)
    people = [
        (find_safe_name(lead), lead.email),
        (advisor.display_name, str(getattr(advisor.user, "email", ""))),
    ]
    for name, given in people:
        address = format_email(given)
        if address:
            event.add("attendee", _person(name, address, partstat="ACCEPTED"), encode=False)
    if url:
        event.add("url", url)
    return event


def _describe(appointment: Appointment, url: str, time_zone: str) -> str:
    when = name_time(appointment, time_zone=time_zone)
    lines = [appointment.type.name, when, appointment.type.details, url]
    return "\n".join(line for line in lines if line)


def _person(name: str, address: str, **parameters: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["cn"] = vText(one_line(name))
    for key, value in parameters.items():
        person.params[key] = vText(value)
    return person
