"""A web server or worker whose clock is two hours wrong delays nobody and loses nothing."""

import re
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import Lead
from tests import factories
from tests.outside.pages import send_request

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

APPLICANT, ADVISOR = "ada@applicant.example", "ann@school.example"


@pytest.fixture
def _database_time():
    """Ask the server itself."""


@pytest.fixture
def school(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"MIN_FILL_SECONDS": 0}
    with scopes_disabled():
        school = factories.make_institution()
        factories.make_member(institution=school, user=factories.make_user(email=ADVISOR))
        factories.make_office_hours(institution=school, weekdays=range(7))
        factories.make_interest_form(institution=school, slug="ask")
        return school


@contextmanager
def host_with_clock_off_by(hours):
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        yield


def ask(client, school):
    address = reverse("hcprograms:ask", args=[school.slug])
    response = send_request(client, address, name="Ada", email=APPLICANT)
    assert response.status_code == 303


def deliver():
    call_command("deliver_followups", "--once")
    return sorted(address for message in mail.outbox for address in message.to)


@pytest.mark.parametrize("hours", [2, -2])
def test_web_server_with_a_wrong_clock_has_advisors_told_at_once(client, school, hours):
    with host_with_clock_off_by(hours):
        ask(client, school)

    assert deliver() == [f"Ada <{APPLICANT}>", ADVISOR]
    with scopes_disabled():
        lead = Lead.objects.get()
        nudges = lead.follow_ups.filter(purpose="reminder", due_at__lt=timezone.now())
        assert abs(timezone.now() - lead.captured_at) < timedelta(minutes=2)
        assert not nudges.exists()


@pytest.mark.parametrize("hours", [2, -2])
def test_worker_with_a_wrong_clock_sends_what_is_due_and_no_more(client, school, hours):
    ask(client, school)

    with host_with_clock_off_by(hours):
        sent = deliver()

    assert sent == [f"Ada <{APPLICANT}>", ADVISOR]


@pytest.mark.parametrize("hours", [2, -2])
def test_leaving_by_a_web_server_with_a_wrong_clock_ends_mail(client, school, hours):
    ask(client, school)
    deliver()
    (confirmation,) = [one for one in mail.outbox if APPLICANT in one.to[0]]
    header = confirmation.extra_headers["List-Unsubscribe"]
    path = re.sub("https?://[^/]+", "", unquote(re.search("<(http[^>]+)>", header)[1]))

    with host_with_clock_off_by(hours):
        left = client.post(path, {"List-Unsubscribe": "One-Click"})

    assert left.status_code == 200
    with scopes_disabled():
        consent = Lead.objects.get().consents.order_by("pk").last()
    assert consent.decision == "withdrawn"
    assert abs(timezone.now() - consent.decided_at) < timedelta(minutes=2)
