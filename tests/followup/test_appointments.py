"""What both sides get to know of an appointment, and what their calendars make of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.leads.appointments.booking import (
    book_appointment,
    cancel_appointment,
    mark_missed,
)
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.models.appointments import AppointmentType
from hcprograms.leads.suppression import suppress_address

pytestmark = pytest.mark.usefixtures("unscoped")

NOW = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 12, 7, 14, 0, tzinfo=UTC)


@pytest.fixture
def talk(school):
    return AppointmentType.objects.create(
        institution=school, name="A first talk", place="video", details="https://meet.example/ann"
    )


@pytest.fixture
def booked(lead, talk):
    return book(lead, talk)


def book(lead, talk, starts_at=MONDAY_NINE, now=NOW):
    return book_appointment(
        lead=lead, type=talk, starts_at=starts_at, time_zone="America/Los_Angeles", now=now
    )


def deliver(now=NOW):
    deliver_due(now=now, limit=50)
    sent, mail.outbox[:] = list(mail.outbox), []
    return {one.to[0].rpartition("<")[2].strip(">"): one for one in sent}


def invitation_of(message):
    """The event of the mail's calendar part, with the method of the whole."""
    texts = [content for content, kind in message.alternatives if kind.startswith("text/calendar")]
    calendar = Calendar.from_ical(texts[0])
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event


def test_both_sides_get_the_news_with_an_invitation(booked, lead):
    sent = deliver()

    assert set(sent) == {lead.email, "ann@school.example"}
    for message in sent.values():
        method, event = invitation_of(message)
        assert method == "REQUEST"
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (booked.starts_at, booked.ends_at)
        assert event["STATUS"] == "CONFIRMED"


def test_applicant_reads_the_time_by_the_clock_in_which_it_was_chosen(booked, lead):
    sent = deliver()

    assert "6 a.m. PST" in sent[lead.email].subject
    assert "9 a.m. EST" in sent["ann@school.example"].subject


def test_invitation_is_a_calendar_part_and_a_file(booked, lead):
    message = deliver()[lead.email].message()

    parts = [part for part in message.walk() if not part.is_multipart()]
    kinds = [part.get_content_type() for part in parts]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    assert parts[2].get_param("method") == "REQUEST"
    assert parts[3].get_filename() == "invite.ics"


def test_move_updates_the_same_entry(booked, lead, talk):
    _method, before = invitation_of(deliver()[lead.email])
    book(lead, talk, MONDAY_NINE + timedelta(hours=2))

    method, after = invitation_of(deliver()[lead.email])

    assert method == "REQUEST"
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == MONDAY_NINE + timedelta(hours=2)


def test_cancelling_removes_the_entry(booked, lead):
    _method, before = invitation_of(deliver()[lead.email])
    cancel_appointment(appointment=booked, now=NOW)

    message = deliver()[lead.email]
    method, after = invitation_of(message)

    assert (method, after["STATUS"]) == ("CANCEL", "CANCELLED")
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert message.subject.startswith("Cancelled: ")


def test_news_that_is_old_before_it_was_sent_is_not_sent(booked, lead, talk):
    book(lead, talk, MONDAY_NINE + timedelta(hours=2))

    sent = deliver()

    assert len(sent) == 2
    assert sent[lead.email].subject.startswith("New time: ")


def test_name_with_line_ends_cannot_forge_a_calendar(lead, talk):
    lead.name = "Eve\r\nATTENDEE:mailto:x@evil.example\nBEGIN:VALARM"
    lead.save()
    book(lead, talk)

    _method, event = invitation_of(deliver()["ann@school.example"])

    assert len(event["ATTENDEE"]) == 2
    assert not event.subcomponents


def test_applicant_is_reminded_a_day_before(booked, lead):
    deliver()

    early = deliver(now=MONDAY_NINE - timedelta(hours=24, minutes=1))
    due = deliver(now=MONDAY_NINE - timedelta(hours=24))

    assert early == {}
    assert due[lead.email].subject.startswith("Reminder: ")


def test_reminder_of_a_cancelled_appointment_is_not_sent(booked):
    cancel_appointment(appointment=booked, now=NOW)
    deliver()

    assert booked.lead.email not in deliver(now=MONDAY_NINE - timedelta(hours=1))


def test_booking_shortly_before_needs_no_reminder(lead, talk):
    talk.notice_hours = 1

    book(lead, talk, starts_at=NOW + timedelta(hours=3))

    assert not FollowUp.objects.filter(purpose="appt_remind").exists()


def test_booking_stops_reminders_to_answer(lead, talk):
    FollowUp.objects.create(
        institution=lead.institution,
        lead=lead,
        purpose="reminder",
        step=1,
        recipient="advisor",
        address="ann@school.example",
        due_at=NOW,
    )

    book(lead, talk)

    assert FollowUp.objects.get(purpose="reminder").state == "cancelled"


def test_applicant_who_wants_no_mail_gets_none_and_the_advisor_does(booked, lead, school):
    suppress_address(
        institution=school, channel="email", address=lead.email, reason="link", now=NOW
    )

    assert set(deliver()) == {"ann@school.example"}


def test_advisor_is_told_when_an_erased_person_will_not_come(booked, lead):
    name = lead.name
    deliver()
    erase_lead(lead=lead, method="link", now=NOW)

    sent = deliver()

    assert set(sent) == {"ann@school.example"}
    assert name not in sent["ann@school.example"].message().as_string()


def test_two_appointments_of_one_person_are_both_told(booked, lead, talk):
    cancel_appointment(appointment=booked, now=NOW)
    deliver()
    book(lead, talk, MONDAY_NINE + timedelta(days=1))

    assert len(deliver()) == 2


def test_other_systems_are_told_of_each_change(lead, talk, school, ann):
    WebhookEndpoint.objects.create(institution=school, name="CRM", url="https://crm.example/")
    first = book(lead, talk)
    moved = book(lead, talk, MONDAY_NINE + timedelta(hours=1))
    cancel_appointment(appointment=moved, now=NOW)
    missed = book(lead, talk)
    mark_missed(appointment=missed, now=MONDAY_NINE, user=ann.user)

    events = FollowUp.objects.filter(purpose="webhook").order_by("pk")
    assert [row.event for row in events] == [
        "appointment.booked",
        "appointment.moved",
        "appointment.cancelled",
        "appointment.booked",
        "appointment.missed",
    ]
    assert events[0].details["appointment"]["id"] == str(first.public_id)
