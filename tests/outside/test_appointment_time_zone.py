"""Whoever chose a time by the clock of Chicago goes on reading that clock, whatever they do."""

import html
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from tests.factories import (
    make_institution,
    make_interest_form,
    make_member,
    make_offering,
    make_office_hours,
    make_program,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)  # a Friday morning in New York
CHICAGO = "America/Chicago"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def school():
    school = make_institution(name="Hudson School", time_zone="America/New_York")
    make_office_hours(institution=school)
    user = make_user(username="ann", email="ann@school.example", first_name="Ann")
    make_member(institution=school, role=Role.ADVISOR, user=user)
    make_offering(program=make_program(institution=school))
    make_interest_form(institution=school)
    with scopes_disabled():
        AppointmentType.objects.create(institution=school, name="A first talk", days_ahead=60)
    return school


def ask(client, clock, school):
    """Ask the school, and give the address of the page for appointments."""
    address = reverse("hcprograms:ask", args=[school.slug])
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    clock.shift(60)
    person = {"name": "Ada Applicant", "email": "ada@applicant.example", "phone": "3035550123"}
    thanks = client.post(address, hidden | person, follow=True).content.decode()
    return html.unescape(re.search(r'href="([^"]*/appointment/[^"]+)"', thanks)[1])


@pytest.fixture
def address(client, clock, school):
    return ask(client, clock, school)


def read_slots(response):
    """The free times: value → what is read."""
    found = re.findall(
        r'name="starts_at" value="([^"]+)"[^>]*>\s*<span>(.*?)</span>', response.content.decode()
    )
    return {
        html.unescape(value): " ".join(re.sub(r"<[^>]+>", " ", label).split())
        for value, label in found
    }


def read_zone(response):
    """The time zone in which the page shows its times."""
    content = response.content.decode()
    found = re.search(r'<option value="([^"]+)" selected', content)
    found = found or re.search(r'type="hidden" name="tz" value="([^"]+)"', content)
    return found[1]


def post(client, response, *, starts_at=None, cancel=False):
    """Send the form of a page as a browser without JavaScript does, and follow the redirect."""
    content = response.content.decode()
    form = re.search(r'<form method="post".*?</form>', content, re.DOTALL)[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    values = {"cancel": "1"} if cancel else {"starts_at": starts_at}
    address = response.request["PATH_INFO"]
    if query := response.request.get("QUERY_STRING"):
        address += f"?{query}"
    return client.post(address, hidden | values, follow=True)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def slot_of(response, words):
    return next(value for value, label in read_slots(response).items() if label == words)


def test_zone_is_kept_through_book_cancel_and_rebook(client, address, school):
    choosing = client.get(address, {"tz": CHICAGO})
    slot = slot_of(choosing, "3:30 p.m. CST")

    booked = post(client, choosing, starts_at=slot)
    cancelled = post(client, booked, cancel=True)
    rebooked = post(client, cancelled, starts_at=slot_of(cancelled, "3:30 p.m. CST"))

    assert "3:30 p.m. CST" in text(booked)
    assert "Cancelled." in text(cancelled)
    assert read_slots(cancelled) == read_slots(choosing)
    assert read_zone(cancelled) == CHICAGO
    assert "3:30 p.m. CST" in text(rebooked)
    with scopes_disabled():
        zones = list(Appointment.objects.values_list("time_zone", "starts_at"))
    assert zones == [(CHICAGO, datetime.fromisoformat(slot))] * 2


def test_each_redirect_names_the_zone(client, address):
    choosing = client.get(address, {"tz": CHICAGO})
    booked = post(client, choosing, starts_at=next(iter(read_slots(choosing))))
    cancelled = post(client, booked, cancel=True)

    for response in (booked, cancelled):
        (target, _status) = response.redirect_chain[-1]
        assert parse_qs(urlsplit(target).query)["tz"] == [CHICAGO]


def test_zone_is_kept_through_moving_and_keeping(client, address):
    choosing = client.get(address, {"tz": CHICAGO})
    slots = list(read_slots(choosing))
    booked = post(client, choosing, starts_at=slots[0])
    content = booked.content.decode()
    move = html.unescape(re.search(r'href="(\?move=1[^"]*)"', content)[1])

    moving = client.get(booked.request["PATH_INFO"] + move)
    keep = html.unescape(
        re.search(r'href="(\?[^"]*)">Keep the time I have', moving.content.decode())[1]
    )
    kept = client.get(booked.request["PATH_INFO"] + keep)
    moved = post(client, moving, starts_at=slots[3])

    assert read_zone(moving) == read_zone(kept) == read_zone(moved) == CHICAGO
    assert " CST" in text(moved)
    with scopes_disabled():
        assert Appointment.objects.get().time_zone == CHICAGO


def test_zone_is_kept_when_the_time_was_taken_or_none_was_chosen(client, address):
    choosing = client.get(address, {"tz": CHICAGO})

    for wrong in ("2026-12-07T03:00:00+00:00", "nonsense"):
        again = post(client, choosing, starts_at=wrong)

        assert again.status_code == 409
        assert read_zone(again) == CHICAGO
        assert read_slots(again) == read_slots(choosing)


def test_zone_is_remembered_from_the_first_booking(client, address):
    choosing = client.get(address, {"tz": CHICAGO})
    booked = post(client, choosing, starts_at=next(iter(read_slots(choosing))))

    from_mail = client.get(address)
    client.post(address, {"cancel": "1"})
    afterwards = client.get(address)

    assert read_zone(booked) == read_zone(from_mail) == CHICAGO
    assert read_zone(afterwards) == CHICAGO
    assert "data-hcp-chosen" in afterwards.content.decode()
    assert all(label.endswith(" CST") for label in read_slots(afterwards).values())


def test_device_may_choose_the_zone_before_anything_was_booked(client, address):
    first = client.get(address)

    assert read_zone(first) == "America/New_York"
    assert "data-hcp-chosen" not in first.content.decode()
    assert all(label.endswith(" EST") for label in read_slots(first).values())


@pytest.mark.parametrize(
    "hostile",
    [
        "Mars/Base",
        "../../etc/passwd",
        "America/Chicago\r\nX-Injected: 1",
        "<script>",
        "\0",
        "x" * 999,
        "UTC",
        "localtime",
    ],
)
def test_hostile_zone_is_left_out(client, address, hostile):
    shown = client.get(address, {"tz": hostile})
    slot = next(iter(read_slots(shown)))

    booked = client.post(address, {"starts_at": slot, "tz": hostile})
    cancelled = client.post(address, {"cancel": "1", "tz": hostile})

    assert read_zone(shown) == "America/New_York"
    for response in (booked, cancelled):
        assert response.status_code == 303
        assert parse_qs(urlsplit(response.headers["Location"]).query)["tz"] == ["America/New_York"]
    with scopes_disabled():
        assert Appointment.objects.get().time_zone == "America/New_York"


def test_mails_and_calendar_show_the_applicants_zone(client, address):
    choosing = client.get(address, {"tz": CHICAGO})
    booked = post(client, choosing, starts_at=slot_of(choosing, "3:30 p.m. CST"))
    call_command("deliver_followups", "--once", verbosity=0)
    post(client, booked, cancel=True)
    call_command("deliver_followups", "--once", verbosity=0)

    news = [one for one in mail.outbox if "3:30 p.m." in one.body or "4:30 p.m." in one.body]
    to_applicant = [one for one in news if "ada@applicant.example" in one.to[0]]
    to_advisor = [one for one in news if "ann@school.example" in one.to[0]]
    assert len(to_applicant) == len(to_advisor) == 2
    for message in to_applicant:
        assert "3:30 p.m. CST" in message.body
        assert "EST" not in message.body
        calendar = read_calendar(message)
        assert "3:30 p.m. CST" in calendar
        assert "DTSTART:20261204T213000Z" in calendar
    for message in to_advisor:
        assert "4:30 p.m. EST" in message.body
        assert "4:30 p.m. EST" in read_calendar(message)


def read_calendar(message):
    """The entry for the calendar, its folded lines joined."""
    raw = message.message()
    parts = [part for part in raw.walk() if part.get_content_type() == "text/calendar"]
    content = parts[0].get_payload(decode=True).decode()
    return content.replace("\r\n ", "").replace("\n ", "").replace("\\,", ",")


def test_link_in_the_mail_goes_on_in_the_applicants_zone(client, address):
    choosing = client.get(address, {"tz": CHICAGO})
    post(client, choosing, starts_at=next(iter(read_slots(choosing))))
    call_command("deliver_followups", "--once", verbosity=0)
    mine = [one for one in mail.outbox if "ada@applicant.example" in one.to[0]]
    message = next(one for one in mine if "CST" in one.body)

    page = client.get(re.search(r"(/appointment/\S+)", message.body)[1])
    cancelled = post(client, page, cancel=True)

    assert "CST" in text(page)
    assert read_zone(cancelled) == CHICAGO


def test_times_beyond_the_change_of_clocks_have_its_name(client, clock, school):
    clock.move_to(datetime(2027, 3, 10, 15, 0, tzinfo=UTC))
    address = ask(client, clock, school)

    before = client.get(address, {"tz": CHICAGO})
    after = client.get(address, {"tz": CHICAGO, "day": "2027-03-15"})
    booked = post(client, after, starts_at=slot_of(after, "3:30 p.m. CDT"))
    cancelled = post(client, booked, cancel=True)

    assert any(label.endswith(" CST") for label in read_slots(before).values())
    assert "3:30 p.m. CDT" in text(booked)
    assert read_zone(cancelled) == CHICAGO
    with scopes_disabled():
        assert Appointment.objects.get().starts_at == datetime(2027, 3, 15, 20, 30, tzinfo=UTC)


def test_clock_that_differs_only_after_a_change_is_told(client, clock, school):
    clock.move_to(datetime(2027, 3, 10, 15, 0, tzinfo=UTC))
    address = ask(client, clock, school)

    response = client.get(address, {"tz": "America/Bogota"})

    assert "own clock shows other times" in text(response)
