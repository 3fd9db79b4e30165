"""The mails that leave, as other programs read them: on the wire, in a folder, by a provider."""

import json
import re
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from unittest import mock
from urllib.parse import unquote

import pytest
import requests
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from icalendar import Calendar

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.appointments import AppointmentType
from tests import factories
from tests.factories import NOW
from tests.outside.pages import read_form, send_request

pytestmark = pytest.mark.django_db

APPLICANT = "ada@applicant.example"
ADVISOR = "ann@school.example"
LONG_SITE = "https://admissions.school-of-health-administration.example-university.example.edu"
LONG_NAME = "University of Colorado, Denver, School of Public Health and “Health” Administration"
NEEDED = " {answer_by} {request_url}"
BACKENDS = [
    "hcprograms.followup.channels.smtp.EmailBackend",
    "django.core.mail.backends.smtp.EmailBackend",
    "django.core.mail.backends.filebased.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
]


@pytest.fixture
def school():
    with scopes_disabled():
        school = factories.make_institution(
            name=LONG_NAME, email="office@school.example", withdrawal_email="stop@school.example"
        )
        user = factories.make_user(email=ADVISOR, first_name="Ann", last_name="Ádvisor, PhD")
        factories.make_member(institution=school, user=user)
        factories.make_office_hours(institution=school, weekdays=range(7))
        factories.make_interest_form(institution=school, slug="ask")
        offering = factories.make_offering(program=factories.make_program(institution=school))
        school.offering = str(offering.public_id)
        AppointmentType.objects.create(institution=school, name="Gespräch")
        return school


@pytest.fixture
def site(settings, tmp_path, smtp):
    """Where the mails of any backend end up, each as the bytes that were written."""
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"MIN_FILL_SECONDS": 0}
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.host, smtp.port

    def read_mails():
        # By time: two files of one second have names in any order.
        paths = sorted(Path(tmp_path).glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        files = b"".join(path.read_bytes() for path in paths)
        found = [one.content for one in smtp.received]
        found += [one.lstrip(b"\n") for one in re.split(rb"\n-{79}\n", files) if one.strip()]
        found += [one.message().as_bytes() for one in mail.outbox]
        return {_recipient(one): one for one in found}

    return read_mails


def _parse(content):
    return message_from_bytes(content, policy=policy.default)


def _recipient(content):
    (address,) = _parse(content)["To"].addresses
    return address.addr_spec


def ask(client, school, **typed):
    values = {"name": "Ada Æther, BSc", "email": APPLICANT, "offerings": school.offering}
    response = send_request(client, reverse("hcprograms:ask", args=[school.slug]), **values | typed)
    assert response.status_code == 303, response.content.decode()[:3000]
    call_command("deliver_followups", "--once")
    return client.get(response["Location"])


def book(client, thanks):
    """Take the first free time of the page that the thanks link to."""
    link = re.search(r'href="(/[^"]*appointment/[^"]+)"', thanks.content.decode())[1]
    page = client.get(link)
    slot = re.search(r'name="starts_at"\s+value="([^"]+)"', page.content.decode())[1]
    fields = read_form(page) | {"starts_at": slot}
    assert client.post(link, fields).status_code == 303
    call_command("deliver_followups", "--once")


@pytest.mark.parametrize("backend", BACKENDS)
def test_applicant_and_advisor_get_their_mails(client, settings, school, site, backend):
    settings.EMAIL_BACKEND = backend

    ask(client, school)

    mails = site()
    assert set(mails) == {APPLICANT, ADVISOR}
    confirmation = _parse(mails[APPLICANT])
    (sender,) = confirmation["From"].addresses
    (reader,) = confirmation["To"].addresses
    assert (sender.display_name, reader.display_name) == (LONG_NAME, "Ada Æther, BSc")
    assert confirmation.get_body(("html",)) is not None
    assert confirmation.defects == []


def test_own_text_of_the_school_is_sent(client, school, site):
    with scopes_disabled():
        template = school.message_templates.create(
            kind="confirmation", key="own", name="Own", language="en", is_standard=True
        )
        for number, body in enumerate(["Hello of old", "Hello from us"], 1):
            template.versions.create(
                number=number,
                language="en",
                subject="We have it",
                body=body + NEEDED,
                created_at=NOW,
            )

    ask(client, school)

    confirmation = _parse(site()[APPLICANT])
    with scopes_disabled():
        template.refresh_from_db()
    assert (template.trouble, confirmation["Subject"]) == ("", "We have it")
    assert "Hello from us" in confirmation.get_body(("plain",)).get_content()


@pytest.mark.parametrize("url", ["https://x.example", LONG_SITE, "https://bücher.example"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_one_click_header_is_whole_on_the_wire(client, settings, school, site, backend, url):
    settings.EMAIL_BACKEND = backend
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SITE_URL": url}

    ask(client, school)

    head = re.split(rb"\r?\n\r?\n", site()[APPLICANT], maxsplit=1)[0].decode("ascii")
    lines = head.replace("\r\n", "\n").split("\n")
    (line,) = [line for line in lines if line.startswith("List-Unsubscribe:")]
    link, way = re.fullmatch(r"List-Unsubscribe: <(https://\S+)>, <(mailto:\S+)>", line).groups()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert way.startswith("mailto:stop@school.example?subject=unsubscribe%20")
    assert link.startswith(url.replace("bücher", "xn--bcher-kva"))
    address = re.sub("https://[^/]+", "", unquote(link))
    done = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200


@pytest.mark.parametrize("backend", BACKENDS)
def test_invitation_arrives_for_calendars(client, settings, school, site, backend):
    settings.EMAIL_BACKEND = backend
    thanks = ask(client, school)

    book(client, thanks)

    for address in (APPLICANT, ADVISOR):
        parts = list(_parse(site()[address]).walk())
        (shown,) = [part for part in parts if part.get_content_type() == "text/calendar"]
        (file,) = [part for part in parts if part.get_filename() == "invite.ics"]
        assert shown["Content-Type"].params["method"] == "REQUEST"
        for content in (shown.get_payload(decode=True), file.get_payload(decode=True)):
            calendar = Calendar.from_ical(content.decode("utf-8"))
            (event,) = calendar.walk("VEVENT")
            assert calendar["METHOD"] == "REQUEST"
            assert str(event["SUMMARY"]) == f"Gespräch: {LONG_NAME}"
            assert max(len(line) for line in content.splitlines()) <= 75


def test_invitation_leaves_by_a_provider_that_takes_no_alternatives(client, settings, school, site):
    """Most providers' interfaces know a text, an HTML and files."""
    thanks = ask(client, school)
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x" * 20}
    posted = []

    def answer(session, **request):
        posted.append(json.loads(request["data"]))
        response = requests.Response()
        response.status_code = 200
        to = posted[-1]["To"]
        said = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": to}
        response._content = json.dumps(said | {"SubmittedAt": "2026-11-30T12:00:00Z"}).encode()
        return response

    with mock.patch("requests.Session.request", autospec=True, side_effect=answer):
        book(client, thanks)

    files = [file for one in posted for file in one.get("Attachments", [])]
    assert len(posted) == 2
    assert [one["Name"] for one in files] == ["invite.ics", "invite.ics"]
    for one in files:
        kind = Message()
        kind["Content-Type"] = one["ContentType"]
        assert (kind.get_content_type(), kind.get_param("method")) == ("text/calendar", "REQUEST")
    with scopes_disabled():
        states = set(school.follow_ups.filter(sent_at=None).values_list("state", flat=True))
    assert "failed" not in states
