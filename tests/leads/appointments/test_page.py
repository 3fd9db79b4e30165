"""The page behind the signed link: free times, booking, moving, cancelling."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.urls import reverse

from hcprograms.leads.appointments.booking import book_appointment
from hcprograms.leads.links import sign_link
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from hcprograms.leads.tokens import Purpose
from tests import factories
from tests.leads.appointments.conftest import MONDAY_NINE, NOW

SLOT = MONDAY_NINE.isoformat()


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def address(lead):
    token = sign_link(Purpose.APPOINTMENT, lead=lead, address=lead.email, now=NOW)
    return reverse("hcprograms:appointment", args=[token])


def read(response):
    return " ".join(response.content.decode().split())


class Slots(HTMLParser):
    def __init__(self, response):
        super().__init__()
        self.values = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("name") == "starts_at":
            self.values.append(given["value"])


def test_page_offers_free_times(client, address, talk):
    response = client.get(address)

    assert SLOT in Slots(response).values
    assert "A first talk with Ann: 30 minutes." in read(response)
    assert "Monday, December 7" in read(response)
    assert response["Cache-Control"] == "private, no-store"


def test_times_follow_the_readers_clock(client, address, talk):
    response = client.get(address, {"tz": "Asia/Kolkata"})

    assert SLOT in Slots(response).values
    assert ">9:30 p.m.<" in read(response)
    assert "The school’s own clock shows other times" in read(response)


def test_unknown_time_zone_is_the_schools(client, address, talk):
    response = client.get(address, {"tz": "Mars/Base", "day": "soon", "type": "x"})

    assert ">9 a.m.<" in read(response)


def test_later_days_are_a_link_away(client, address, talk):
    first = client.get(address)
    later = client.get(address, {"day": "2026-12-14"})

    assert "?day=2026-12-11" in read(first)
    assert min(Slots(later).values) == (MONDAY_NINE + timedelta(days=7)).isoformat()


def test_booking_is_confirmed_and_kept(client, address, lead, talk):
    response = client.post(address, {"starts_at": SLOT, "type": talk.pk, "tz": "America/New_York"})
    shown = client.get(response["Location"])

    appointment = Appointment.objects.get()
    assert response.status_code == 303
    assert (appointment.lead, appointment.starts_at) == (lead, MONDAY_NINE)
    assert "Booked." in read(shown)
    assert "Monday, December 7, 2026, 11 a.m. EST" in read(shown)


def test_time_taken_meanwhile_is_told_and_others_are_offered(client, address, other_lead, talk):
    book_appointment(lead=other_lead, type=talk, starts_at=MONDAY_NINE, time_zone="UTC", now=NOW)

    response = client.post(address, {"starts_at": SLOT, "type": talk.pk, "tz": "UTC"})

    assert response.status_code == 409
    assert "not free any more" in read(response)
    assert SLOT not in Slots(response).values
    assert len(Slots(response).values) > 5


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"starts_at": "tomorrow"},
        {"starts_at": "2026-12-07T16:00:00"},
        {"starts_at": "9999-12-31T23:59:59+00:00"},
        {"starts_at": SLOT, "type": "999"},
    ],
)
def test_senseless_time_is_answered_in_words(client, address, talk, given):
    response = client.post(address, given)

    assert response.status_code == (303 if given.get("type") else 409)


def test_opening_changes_nothing(client, address, lead, talk):
    book_appointment(lead=lead, type=talk, starts_at=MONDAY_NINE, time_zone="UTC", now=NOW)

    client.get(address, {"cancel": "1", "move": "1"})

    assert Appointment.objects.get().state == "booked"


def test_cancelling_is_confirmed(client, address, lead, talk):
    book_appointment(lead=lead, type=talk, starts_at=MONDAY_NINE, time_zone="UTC", now=NOW)

    response = client.post(address, {"cancel": "1"}, follow=True)

    assert Appointment.objects.get().state == "cancelled"
    assert "Cancelled." in read(response)


def test_booked_page_offers_to_move(client, address, lead, talk):
    book_appointment(lead=lead, type=talk, starts_at=MONDAY_NINE, time_zone="UTC", now=NOW)

    shown, moving = client.get(address), client.get(address, {"move": "1"})

    assert Slots(shown).values == []
    assert SLOT in Slots(moving).values
    assert "Move my appointment" in read(moving)


def test_school_that_offers_nothing_says_how_to_reach_it(client, address, school):
    school.phone = "+1 303 555 0100"
    school.save()

    assert 'Call <bdi dir="ltr">+1 303 555 0100</bdi> instead.' in read(client.get(address))


def test_token_of_another_purpose_opens_nothing(client, lead, talk):
    token = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)

    assert client.get(reverse("hcprograms:appointment", args=[token])).status_code == 404


def test_post_from_another_site_is_refused(client, address, talk):
    response = client.post(
        address, {"starts_at": SLOT, "type": talk.pk}, headers={"origin": "https://evil.example"}
    )

    assert response.status_code == 403
    assert not Appointment.objects.exists()


def test_type_of_another_school_is_not_booked(client, address, talk):
    foreign = AppointmentType.objects.create(
        institution=factories.make_institution(), name="Foreign"
    )

    client.post(address, {"starts_at": SLOT, "type": foreign.pk, "tz": "UTC"})

    assert Appointment.objects.get().type == talk


def test_thank_you_page_leads_to_booking_where_there_is_any(client, lead, talk):
    thanks = reverse(
        "hcprograms:thanks",
        args=[sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=NOW)],
    )

    with_types = read(client.get(thanks))
    AppointmentType.objects.update(is_active=False)
    without = read(client.get(thanks))

    assert "Choose a time" in with_types
    assert "Choose a time" not in without
