"""How often is too often, and what happens then."""

from datetime import timedelta

import pytest
import time_machine

from hcprograms.leads.models.lead import CaptureAttempt
from tests.factories import NOW
from tests.leads.asking import all_attempts, all_leads, make_school

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
PUBLIC = "1.1.1.1"


@pytest.fixture(autouse=True)
def _few(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {
        "SUBMITS_PER_HOUR": 3,
        "REQUESTS_PER_PERSON_PER_HOUR": 2,
        "TRUSTED_PROXIES": 0,
    }


def send(client, school, number, *, ip=PUBLIC, **kwargs):
    typed = school.typed(email=f"person{number}@applicant.example")
    return client.post(school.address, typed, REMOTE_ADDR=ip, **kwargs)


def test_flood_from_one_address_is_asked_to_wait_and_nothing_is_lost(client, school):
    answers = [send(client, school, number) for number in range(4)]

    refused = answers[-1]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert refused["Retry-After"] == "3600"
    assert refused.context["form"]["message"].value() == "Is it online?"
    assert "in 60 minutes" in refused.content.decode()
    last = all_attempts()[-1]
    assert (last.outcome, last.submitted["email"]) == ("limited", ["person3@applicant.example"])


def test_waiting_opens_the_door_again(client, school):
    typed = school.typed(email="late@applicant.example")
    for number in range(4):
        send(client, school, number)

    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        response = client.post(school.address, typed, REMOTE_ADDR=PUBLIC)

    assert response.status_code == 303


def test_wait_is_no_longer_than_the_window_where_another_server_is_fast(client, school):
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        for number in range(4):
            send(client, school, number)

    assert send(client, school, 9)["Retry-After"] == "3600"


def test_refusals_do_not_prolong_the_wait(client, school):
    for number in range(3):
        send(client, school, number)

    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        waits = [send(client, school, 9)["Retry-After"] for _ in range(4)]

    assert waits == ["1800"] * 4


def test_invalid_submits_count_too(client, school):
    for _ in range(3):
        client.post(school.address, school.typed(email="x"), REMOTE_ADDR=PUBLIC)

    assert send(client, school, 1).status_code == 429


def test_other_addresses_are_not_affected(client, school):
    for number in range(4):
        send(client, school, number)

    assert send(client, school, 5, ip="8.8.8.8").status_code == 303


def test_limit_spans_institutions(client, school):
    other = make_school()
    for number in range(3):
        send(client, school, number)

    assert send(client, other, 1).status_code == 429


def test_forged_forwarding_header_changes_nothing(client, school):
    answers = [
        send(client, school, number, headers={"x-forwarded-for": f"9.9.9.{number}"})
        for number in range(4)
    ]

    assert answers[-1].status_code == 429


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.7", "fe80::1%eth0", ""])
def test_inner_addresses_are_not_limited(client, school, ip):
    answers = [send(client, school, number, ip=ip) for number in range(5)]

    assert {answer.status_code for answer in answers} == {303}


def test_no_limit_where_it_is_switched_off(client, school, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SUBMITS_PER_HOUR": 0}

    assert {send(client, school, number).status_code for number in range(5)} == {303}


def test_flood_does_not_fill_the_log(client, school, monkeypatch):
    monkeypatch.setattr("hcprograms.leads.rate_limits.MAX_NOTED", 2)

    for number in range(9):
        send(client, school, number)

    outcomes = [attempt.outcome for attempt in all_attempts()]
    assert outcomes.count(CaptureAttempt.Outcome.LIMITED) == 2


def test_person_asking_very_often_is_held_for_review(client, school):
    for number in range(3):
        client.post(school.address, school.typed(message=f"Question {number}"))

    leads = all_leads()
    assert [lead.status for lead in leads] == ["new", "new", "quarantined"]
    assert all_attempts()[-1].detail == "this email address has asked very often within an hour"


def test_other_capitals_make_nobody_another_person(client, school):
    for number, email in enumerate(("ada@x.example", "Ada@x.example", "ADA@X.EXAMPLE")):
        client.post(school.address, school.typed(message=f"Question {number}", email=email))

    assert [lead.status for lead in all_leads()] == ["new", "new", "quarantined"]


def test_person_asking_often_elsewhere_is_not_held(client, school):
    for number in range(2):
        client.post(school.address, school.typed(message=f"Question {number}"))
    other = make_school()

    client.post(other.address, other.typed())

    assert all_leads()[-1].status == "new"
