"""What strangers send again and again: bounded before it is kept, written down or mailed."""

import threading
from datetime import time

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import MessageTemplate
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import (
    Appointment,
    AppointmentType,
    CaptureAttempt,
    FormDay,
    LeadEvent,
    Question,
    Upload,
)
from hcprograms.leads.models.forms import InterestForm
from tests import factories
from tests.outside.public_forms import (
    address_of,
    deliver,
    make_school,
    open_token,
    read_inputs,
    read_mail_to,
    send_form,
)

pytestmark = pytest.mark.django_db

PUBLIC = "8.8.8.8"
HOME = "2a00:1450:4001:82a::"
SITE = "2a00:1450:4001:"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _limits(settings, tmp_path):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {
        "MIN_FILL_SECONDS": 0,
        "SUBMITS_PER_HOUR": 4,
        "REQUESTS_PER_PERSON_PER_HOUR": 0,
        "FILES_ROOT": tmp_path / "files",
    }


@pytest.fixture
def school():
    return make_school(name="Fairview School")


def set_limits(settings, **limits):
    settings.HCPROGRAMS = settings.HCPROGRAMS | limits


def rows(model, **filters):
    with scopes_disabled():
        return list(model._base_manager.filter(**filters).order_by("pk"))


def kept_bytes():
    return sum(len(str(one.submitted)) for one in rows(CaptureAttempt))


# Forms.


@pytest.mark.parametrize(
    "addresses",
    [
        [f"{HOME}{number:x}" for number in range(1, 9)],
        [f"{HOME[:-1]}dead:beef:{number:x}:1" for number in range(1, 9)],
        [f"::ffff:8.8.8.{8}" for _number in range(8)],
        ["::ffff:8.8.8.8", "8.8.8.8", "64:ff9b::808:808", "2002:808:808:7::1"] * 2,
    ],
)
def test_one_visitor_is_limited_whatever_address_it_shows(client, school, addresses):
    answers = [
        send_form(client, school, ip=ip, email=f"ada{number}@applicant.example").status_code
        for number, ip in enumerate(addresses)
    ]

    assert answers == [303] * 4 + [429] * 4


def test_networks_of_one_site_are_limited_together(client, school):
    answers = [
        send_form(client, school, ip=f"{SITE}{number:x}::1", message=str(number)).status_code
        for number in range(42)
    ]

    assert answers == [303] * 40 + [429] * 2


@pytest.mark.parametrize("other", ["8.8.4.4", "2a00:1450:4001:82b::1", "::ffff:8.8.4.4"])
def test_other_visitors_are_not_limited(client, school, other):
    for number in range(5):
        send_form(client, school, ip=PUBLIC, message=str(number))
        send_form(client, school, ip=f"{HOME}1", message=str(number))

    assert send_form(client, school, ip=other).status_code == 303


def test_sixty_visitors_of_a_fair_behind_one_address_are_taken(client, school, settings):
    set_limits(settings, SUBMITS_PER_HOUR=60)
    address, token = address_of(school), open_token(client, address_of(school))

    answers = {
        client.post(
            address,
            {"token": token, "name": "Ada", "email": f"ada{number}@applicant.example"},
            REMOTE_ADDR=PUBLIC,
        ).status_code
        for number in range(60)
    }

    assert answers == {303}


def test_refused_visitor_finds_everything_typed(client, school):
    for number in range(4):
        send_form(client, school, ip=PUBLIC, message=str(number))

    response = send_form(client, school, ip=PUBLIC, message="Is it online?")

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert response.context["form"]["message"].value() == "Is it online?"


def test_proof_of_work_is_asked_of_a_whole_network(client, school, settings):
    set_limits(
        settings, SUBMITS_PER_HOUR=60, PROOF_OF_WORK=True, PROOF_AFTER_SUBMITS=2,
        PROOF_AFTER_SCHOOL_SUBMITS=0,
    )  # fmt: skip

    answers = [
        send_form(client, school, ip=f"{HOME}{number:x}", proof="", message=str(number))
        for number in range(4)
    ]

    assert [one.status_code for one in answers] == [303, 303, 422, 422]
    assert b"data-hcp-challenge" in answers[-1].content


def test_limit_that_cannot_be_counted_lets_everybody_in(client, school, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hcprograms_requestcount RENAME TO away")
    if connection.vendor == "postgresql":
        pytest.skip("a failed statement ends the test's own transaction")

    assert send_form(client, school, ip=PUBLIC).status_code == 303


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_submits_at_once_do_not_pass_the_limit(school):
    address, token = address_of(school), open_token(Client(), address_of(school))
    answers = []

    def send(number):
        typed = {"token": token, "name": "Ada", "email": f"ada{number}@applicant.example"}
        answers.append(Client().post(address, typed, REMOTE_ADDR=PUBLIC).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(answers) == [303] * 4 + [429] * 8


def close_form(school):
    InterestForm.objects.filter(institution=school).update(status="retired")


@pytest.mark.parametrize("ip", [PUBLIC, "127.0.0.1", f"{HOME}7"])
@pytest.mark.parametrize("kind", ["multipart", "form"])
def test_closed_form_keeps_nothing_large(client, school, ip, kind):
    close_form(school)
    long = "x" * (2_300_000 if kind == "multipart" else 90_000)
    typed = {"name": "Ada", "email": "ada@applicant.example", "message": long}
    typed |= {f"q_{number}": "y" * 300 for number in range(100)}

    for _number in range(30):
        if kind == "multipart":
            response = client.post(address_of(school), typed, REMOTE_ADDR=ip)
        else:
            response = client.post(
                address_of(school),
                "&".join(f"{key}={value}" for key, value in typed.items())[:99_000],
                content_type="application/x-www-form-urlencoded",
                REMOTE_ADDR=ip,
            )
        assert response.status_code in (400, 410)

    assert kept_bytes() < 600_000


def test_closed_form_still_shows_what_was_typed_and_logs_it_once(client, school):
    token = open_token(client, address_of(school))
    close_form(school)

    response = client.post(
        address_of(school),
        {"token": token, "name": "Ada", "email": "a@b.example", "message": "Is it online?"},
    )

    assert response.status_code == 410
    assert "Is it online?" in response.content.decode()
    assert [one.submitted["message"] for one in rows(CaptureAttempt)] == [["Is it online?"]]


def test_closed_form_is_logged_as_often_as_forms_are_taken(client, school):
    close_form(school)

    for number in range(9):
        client.post(address_of(school), {"message": str(number)}, REMOTE_ADDR=PUBLIC)

    assert len(rows(CaptureAttempt)) == 4


@pytest.mark.parametrize("token", ["", "forged"])
def test_refused_forms_keep_nothing_large(client, school, token):
    typed = {"token": token, "name": "Ada", "email": "a", "message": "x" * 60_000}

    for _number in range(8):
        client.post(address_of(school), typed, REMOTE_ADDR=PUBLIC)

    assert kept_bytes() < 8 * 21_000


# Files.


@pytest.fixture
def asking(school):
    """A school whose form asks for a file."""
    Question.objects.create(
        form=school.interest_forms.get(),
        key="resume",
        label="Your resume",
        kind=Question.Kind.FILE,
        file_types=["pdf"],
    )
    return school


def send_file(client, school, *, size=0, ip=PUBLIC, token=None, **typed):
    file = factories_file(size)
    address = address_of(school)
    token = open_token(client, address) if token is None else token
    values = {"token": token, "name": "Ada", "email": "nowhere", "q_resume": file}
    return client.post(address, values | typed, REMOTE_ADDR=ip)


def factories_file(size):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    return SimpleUploadedFile("resume.pdf", PDF + bytes(max(size - len(PDF), 0)))


def waiting():
    return [one for one in rows(Upload, lead_file=None) if one.keep_until > timezone.now()]


@pytest.mark.parametrize("forge", ["", "forged", "other", "changed"])
def test_file_without_a_token_of_its_form_is_not_kept(client, asking, forge):
    token = open_token(client, address_of(asking))
    tokens = {"changed": token[:-2] + "xx", "other": open_token(client, address_of(make_school()))}

    response = send_file(client, asking, token=tokens.get(forge, forge))

    assert response.status_code == 422
    assert rows(Upload) == []


def test_file_is_kept_for_a_person_who_typed_a_wrong_address(client, asking):
    page = send_file(client, asking, email="nowhere")

    again = read_inputs(page.content.decode())
    typed = {"name": "Ada", "email": "ada@applicant.example", "q_resume": again["q_resume"]}
    response = client.post(address_of(asking), {"token": again["token"]} | typed)

    assert (page.status_code, response.status_code) == (422, 303)
    assert [hasattr(one, "lead_file") for one in rows(Upload)] == [True]


def test_one_sender_cannot_fill_the_room_of_a_school(client, asking, settings):
    set_limits(settings, WAITING_FILES_MB=1, SUBMITS_PER_HOUR=0)
    Question.objects.update(max_megabytes=1)
    for _number in range(4):
        send_file(client, asking, size=400_000, ip=f"{HOME}1")
        send_file(client, asking, size=400_000, ip=f"{HOME[:-2]}2::7")

    page = send_file(client, asking, size=300_000, ip=PUBLIC)

    assert read_inputs(page.content.decode())["q_resume"]
    assert sum(one.size for one in waiting()) <= 1_000_000
    assert 300_000 in [one.size for one in waiting()]


def test_oldest_file_of_the_same_sender_goes_first(client, asking, settings):
    set_limits(settings, WAITING_FILES_MB=1, SUBMITS_PER_HOUR=0)
    Question.objects.update(max_megabytes=1)
    send_file(client, asking, size=200_000, ip="8.8.4.4")
    for number in range(5):
        send_file(client, asking, size=300_000 + number, ip=PUBLIC)

    sizes = [one.size for one in waiting()]
    assert 200_000 in sizes
    assert 300_004 in sizes
    assert 300_000 not in sizes


def test_file_of_a_flood_is_not_even_received(client, asking):
    for number in range(4):
        send_form(client, asking, ip=PUBLIC, message=str(number))

    response = send_file(client, asking, email="ada@applicant.example")

    assert response.status_code == 429
    assert rows(Upload) == []
    assert "choose it again" in response.content.decode()


def test_text_beyond_all_measure_is_refused_beside_files_too(client, asking):
    response = send_file(client, asking, message="x" * 150_000)

    assert response.status_code == 400
    assert rows(Upload) == []
    assert rows(CaptureAttempt) == []


# Appointments, corrections, choices, counts.


def own_page(client, school, page, **typed):
    """A person's page: the booking from the page that thanks them, all else from the mail."""
    thanks = client.get(send_form(client, school, **typed).url).content.decode()
    html = thanks if page == "appointment" else read_mail_to(typed.get("email"))
    token = html.partition(f"/{page}/")[2].partition("/")[0]
    return reverse(f"hcprograms:{page.replace('-', '_')}", args=[token])


@pytest.fixture
def talks(school):
    """A school that can be booked at any hour."""
    factories.make_office_hours(institution=school, weekdays=range(7))
    school.office_hours.update(opens=time(0), closes=time(23, 55))
    AppointmentType.objects.create(
        institution=school, name="Talk", minutes=30, notice_hours=1, days_ahead=14
    )
    return school


def free_times(client, page):
    html = client.get(page).content.decode()
    pieces = html.split('name="starts_at"')[1:]
    return [one.partition('value="')[2].partition('"')[0] for one in pieces]


def choose_time(client, page, time):
    """Choose a time; return the answer and the page from which it can be moved."""
    answer = client.post(page, {"starts_at": time})
    return answer, answer.url.partition("?")[0] if answer.status_code == 303 else page


def test_appointments_are_booked_and_moved_a_few_times_a_day(client, talks):
    page = own_page(client, talks, "appointment")
    deliver()
    mail.outbox.clear()
    times = free_times(client, page)

    answers = []
    for number in range(20):
        answer, page = choose_time(client, page, times[number % len(times)])
        answers.append(answer)
    deliver()

    statuses = [one.status_code for one in answers]
    assert statuses[:3] == [303] * 3
    assert statuses[-1] == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert len([one for one in mail.outbox if "ada@applicant.example" in one.to[0]]) <= 10
    assert len(rows(Appointment)) == 1


def test_booking_and_cancelling_by_turns_ends_too(client, talks):
    page = own_page(client, talks, "appointment")
    times = free_times(client, page)
    deliver()
    mail.outbox.clear()

    for number in range(8):
        _answer, page = choose_time(client, page, times[number % len(times)])
        deliver()
        assert client.post(page, {"cancel": "1"}).status_code == 303
        deliver()

    assert len(mails_to_applicant(mail.outbox)) <= 10
    assert {one.state for one in rows(Appointment)} == {"cancelled"}


def test_many_requests_of_one_person_book_no_more_than_one(client, talks, settings):
    set_limits(settings, SUBMITS_PER_HOUR=0)
    pages = [own_page(client, talks, "appointment", message=str(number)) for number in range(10)]

    answers = [
        client.post(page, {"starts_at": free_times(client, page)[number]}).status_code
        for number, page in enumerate(pages)
    ]

    assert answers.count(303) == 5
    assert answers.count(429) == 5


def test_time_that_was_taken_meanwhile_does_not_count(client, talks):
    page = own_page(client, talks, "appointment")
    times = free_times(client, page)

    for _number in range(9):
        assert client.post(page, {"starts_at": "2020-01-01T00:00:00+00:00"}).status_code == 409

    assert client.post(page, {"starts_at": times[0]}).status_code == 303


def correct_page(client, school, **typed):
    return own_page(client, school, "my-request", **typed) + "correct/"


def test_corrections_are_taken_a_few_times_an_hour(client, school):
    page = correct_page(client, school)

    answers = [
        client.post(page, {"name": f"Ada {number}", "email": "ada@applicant.example"})
        for number in range(40)
    ]

    statuses = [one.status_code for one in answers]
    assert statuses[:10] == [303] * 10
    assert statuses[-1] == 429
    assert "Ada 39" in answers[-1].content.decode()
    assert len(rows(LeadEvent, kind="corrected")) < 30


def test_corrections_mail_one_address_a_few_times_only(client, school, settings):
    set_limits(settings, SUBMITS_PER_HOUR=0)
    pages = [
        correct_page(client, school, email=f"eve{number}@applicant.example") for number in range(12)
    ]

    for page in pages:
        client.post(page, {"name": "Eve", "email": "victim@applicant.example"})
    deliver()

    mails = [one for one in mail.outbox if "victim@applicant.example" in one.to[0]]
    assert 1 <= len(mails) <= 5


def test_choices_are_taken_a_few_times_an_hour(client, school):
    factories.make_consent_text(institution=school)
    html = client.get(own_page(client, school, "my-request")).content.decode()
    page = reverse(
        "hcprograms:preferences", args=[html.partition("/preferences/")[2].partition("/")[0]]
    )

    statuses = [
        client.post(page, {"email": ["all", "answers"][number % 2]}).status_code
        for number in range(60)
    ]
    stopped = client.post(page, {"stop": "1"})

    assert statuses[:10] == [303] * 10
    assert statuses[-1] == 429
    assert stopped.status_code == 303
    assert len(rows(LeadEvent, kind="consent")) < 60


def test_views_are_counted_up_to_a_limit_only(client, school):
    page = reverse("hcprograms:seen", args=[school.interest_forms.get().public_id])

    statuses = [
        client.post(page, {"what": "view", "source": "fair"}, REMOTE_ADDR=PUBLIC).status_code
        for _number in range(60)
    ]

    assert statuses == [204] * 40 + [429] * 20
    assert sum(one.views for one in rows(FormDay)) == 40


# What strangers can have mailed to others.


LURE = "Win at https://evil.example/now " * 41


def mails_to_applicant(outbox):
    return [one for one in outbox if "applicant.example" in one.to[0]]


def whole(message):
    return "\n".join([message.subject, str(message.message())])


@pytest.mark.parametrize("kind", ["information", "training", "match"])
def test_message_of_a_stranger_goes_to_staff_only(client, school, kind):
    InterestForm.objects.filter(institution=school).update(kind=kind)
    typed = {
        "message": LURE,
        "organisation": "https://evil.example/org",
        "topics": LURE,
        "people": "5",
    }

    send_form(client, school, **typed)
    deliver()

    [confirmation] = mails_to_applicant(mail.outbox)
    assert "evil.example" not in whole(confirmation)
    if kind != "match":
        others = [one for one in mail.outbox if one is not confirmation]
        assert any("evil.example" in one.body for one in others)


def test_own_text_of_a_school_does_not_mail_the_message_either(client, school):
    template = MessageTemplate.objects.create(
        institution=school, kind="confirmation", name="Confirmation"
    )
    template.versions.create(
        language="en",
        number=1,
        subject="We have it, {name}",
        body="{greeting}\n\n## You wrote\n\n{message}\n\n{answer_by}\n\n[Page]({request_url})",
        created_at=timezone.now(),
    )

    send_form(client, school, message=LURE)
    deliver()

    [confirmation] = mails_to_applicant(mail.outbox)
    assert "evil.example" not in whole(confirmation)


@pytest.mark.parametrize(
    "name",
    [
        "Claim your prize at https://evil.example/now",
        "Visit www.evil.example",
        "WWW.EVIL.EXAMPLE",
        "evil.example",
        "Mail eve@evil.example today",
        "Dear friend, your account has been locked and you must call us at once today",
    ],
)
def test_name_that_is_no_name_is_not_mailed(client, talks, name):
    page = own_page(client, talks, "appointment", name=name)
    client.post(page, {"starts_at": free_times(client, page)[0]})
    deliver()

    mails = mails_to_applicant(mail.outbox)
    assert len(mails) == 2
    for one in mails:
        text = whole(one) + "".join(str(part) for part in one.alternatives)
        assert "ada@applicant.example" in one.to[0]
        assert name[:20] not in text.replace("=\n", "")
    alert = next(one for one in mail.outbox if one not in mails)
    assert name in " ".join(alert.body.split())


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "J.R. O’Neill, Ph.D.", "María-José de la Cruz St.John", "王小明"]
)
def test_name_is_greeted(client, school, name):
    send_form(client, school, name=name)
    deliver()

    [confirmation] = mails_to_applicant(mail.outbox)
    assert f"Hello {name}," in confirmation.body
