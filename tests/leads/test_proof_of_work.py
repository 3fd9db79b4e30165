"""Proof of work: asked for in a rush only, by a script only, and worth one request."""

import base64
import html
import json
import re
from datetime import timedelta
from importlib.util import find_spec

import altcha
import pytest
from django.urls import reverse

from hcprograms.checks import check_settings
from hcprograms.leads import proof_of_work
from hcprograms.leads.housekeeping import keep_leads_tidy
from hcprograms.leads.models.lead import CaptureAttempt
from hcprograms.leads.models.proof import SpentProof
from hcprograms.leads.proof_of_work import create_challenge, forget_spent_proofs
from tests.factories import NOW, make_interest_form
from tests.leads.asking import all_attempts, all_leads, make_school

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "proofs")]
ADDRESS = "8.8.8.8"
CHALLENGE = re.compile(r'data-hcp-challenge="([^"]+)"')


@pytest.fixture
def proofs(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {
        "PROOF_OF_WORK": True,
        "PROOF_AFTER_SUBMITS": 2,
        "PROOF_AFTER_SCHOOL_SUBMITS": 5,
        "PROOF_MAX_NUMBER": 1_000,
    }


@pytest.fixture
def rush(school):
    """As many submits of one address as are usual."""
    attempts(school, 2)
    return school


def attempts(school, count, *, ip_address=ADDRESS, at=NOW):
    CaptureAttempt.objects.bulk_create(
        CaptureAttempt(
            institution=school.form.institution,
            form=school.form,
            at=at - timedelta(minutes=1),
            outcome="captured",
            ip_address=ip_address,
        )
        for _number in range(count)
    )


def send(client, school, **fields):
    ip_address = fields.pop("ip_address", ADDRESS)
    return client.post(school.address, school.typed(**fields), REMOTE_ADDR=ip_address)


def solve(challenge):
    """What the page's script makes of a challenge."""
    found = altcha.solve_challenge(
        challenge["challenge"], challenge["salt"], "SHA-256", challenge["maxnumber"], 0
    )
    kept = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(kept | {"number": found.number}).encode()).decode()


def read_challenge(response):
    return json.loads(html.unescape(CHALLENGE.search(response.content.decode())[1]))


def proof_for(form, now=NOW):
    return solve(create_challenge(form=form.public_id, now=now))


def statuses():
    return [one.status for one in all_leads()]


def outcomes():
    return [one.outcome for one in all_attempts()]


# When nothing is unusual.


def test_usual_request_needs_no_proof(client, school):
    attempts(school, 1)

    response = send(client, school, proof="")

    assert (response.status_code, statuses()) == (303, ["new"])


def test_nothing_is_asked_where_the_setting_is_off(client, rush, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"PROOF_OF_WORK": False}

    response = send(client, rush, proof="")

    assert (response.status_code, statuses()) == (303, ["new"])
    assert "data-hcp-proof" not in client.get(rush.address).content.decode()


def test_requests_of_long_ago_do_not_count(client, school):
    attempts(school, 9, at=NOW - timedelta(hours=1))

    assert send(client, school, proof="").status_code == 303


def test_address_that_is_not_public_counts_for_nobody(client, school):
    attempts(school, 3, ip_address="10.0.0.1")

    assert send(client, school, proof="", ip_address="10.0.0.1").status_code == 303


def test_page_holds_no_challenge_and_may_be_cached(client, rush):
    response = client.get(rush.address)

    page = response.content.decode()
    assert 'data-hcp-proof="proof"' in page
    assert "data-hcp-challenge" not in page
    assert "public" in response["Cache-Control"]


# In a rush.


def test_rush_from_one_address_is_asked_for_a_proof(client, rush):
    response = send(client, rush, proof="")

    page = response.content.decode()
    assert (response.status_code, all_leads()) == (422, [])
    assert "One moment, please" in page
    assert "Ada Applicant" in page
    assert "data-hcp-goes-on" in page
    assert "no-store" in response["Cache-Control"]


def test_rush_to_one_school_from_many_addresses_is_asked_for_a_proof(client, school):
    for number in range(5):
        attempts(school, 1, ip_address=f"8.8.4.{number}")

    assert send(client, school, proof="").status_code == 422


def test_rush_to_another_school_concerns_nobody_here(client, school):
    attempts(make_school(), 9, ip_address="8.8.4.4")

    assert send(client, school, proof="").status_code == 303


def test_one_who_was_asked_is_in_the_log_with_what_was_typed(client, rush):
    send(client, rush, proof="", message="Hello")

    attempt = all_attempts()[-1]
    assert attempt.outcome == "asked"
    assert attempt.submitted["message"] == ["Hello"]


def test_proved_request_is_captured_like_any_other(client, rush):
    asked = send(client, rush, proof="")

    response = send(client, rush, proof=solve(read_challenge(asked)))

    assert (response.status_code, statuses()) == (303, ["new"])
    assert outcomes()[2:] == ["asked", "captured"]


def test_visitor_without_script_is_received_and_looked_at(client, rush):
    response = send(client, rush)
    thanks = client.get(response["Location"])

    (lead,) = all_leads()
    assert response.status_code == 303
    assert "Your request has arrived" in thanks.content.decode()
    assert (lead.status, lead.assigned_to) == ("quarantined", None)
    assert all_attempts()[-1].detail == "very many requests at once, and no proof of work"


def test_one_who_fell_into_the_trap_is_not_asked_for_anything(client, rush):
    response = send(client, rush, proof="", subject="cheap")

    assert (response.status_code, statuses()) == (303, ["quarantined"])


def test_form_with_errors_is_shown_with_these_first(client, rush):
    response = send(client, rush, proof="", email="nowhere")

    assert "data-hcp-challenge" not in response.content.decode()
    assert list(response.context["form"].errors) == ["email"]


# What is no proof.


def refused(response):
    page = response.content.decode()
    return (
        response.status_code == 422
        and "used already" in page
        and "data-hcp-goes-on" not in page
        and CHALLENGE.search(page) is not None
    )


def test_replayed_proof_is_refused_with_a_message_and_a_new_challenge(client, rush):
    spent = proof_for(rush.form)
    send(client, rush, proof=spent)

    response = send(client, rush, proof=spent, message="another request")

    assert refused(response)
    assert len(all_leads()) == 1


def test_same_request_sent_twice_with_its_proof_is_one_lead(client, rush):
    same = {"token": rush.token(), "proof": proof_for(rush.form)}

    answers = [send(client, rush, **same) for _click in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert len(all_leads()) == 1
    assert outcomes()[2:] == ["captured", "repeated"]


def test_proof_of_another_form_is_refused(client, rush):
    other = make_interest_form(institution=rush.form.institution)

    assert refused(send(client, rush, proof=proof_for(other)))


def test_proof_that_is_out_of_date_is_refused(client, rush):
    old = proof_for(rush.form, now=NOW - timedelta(minutes=21))

    assert refused(send(client, rush, proof=old))


def alter(text, **values):
    payload = json.loads(base64.b64decode(text)) | values
    return base64.b64encode(json.dumps(payload).encode()).decode()


@pytest.mark.parametrize(
    "values",
    [
        {"number": 1_001},
        {"number": "1"},
        {"number": None},
        {"salt": "ff?expires=99999999999&"},
        {"signature": "0" * 64},
        {"algorithm": "MD5"},
        {"algorithm": "SHA-1"},
        {"challenge": 7},
    ],
)
def test_altered_proof_is_refused(client, rush, values):
    assert refused(send(client, rush, proof=alter(proof_for(rush.form), **values)))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "e30=",
        "W10=",
        "bnVsbA==",
        "é",
        "[" * 900,
        base64.b64encode(b"[" * 700).decode(),
        "a" * 2_000,
    ],
)
def test_nonsense_for_a_proof_is_refused(client, rush, text):
    assert refused(send(client, rush, proof=text))


def test_digits_cannot_wander_from_the_number_to_the_expiry(client, rush):
    """A late proof must not become a timely one by another cut between salt and number."""
    challenge = create_challenge(form=rush.form.public_id, now=NOW - timedelta(hours=1))
    payload = json.loads(base64.b64decode(solve(challenge)))
    number = str(payload["number"])
    moved = {"salt": payload["salt"].rstrip("&") + number[:-1], "number": int(number[-1])}

    assert refused(send(client, rush, proof=alter(solve(challenge), **moved)))


# Keeping house.


def test_spent_proofs_are_forgotten_once_they_are_worth_nothing(client, rush):
    send(client, rush, proof=proof_for(rush.form))

    early = forget_spent_proofs(now=NOW + timedelta(days=1, minutes=39))
    keep_leads_tidy(now=NOW + timedelta(days=1, minutes=41))

    assert early == 0
    assert not SpentProof.objects.exists()


def test_challenges_differ(school):
    form = school.form.public_id

    assert create_challenge(form=form, now=NOW) != create_challenge(form=form, now=NOW)


def test_setting_without_the_package_is_an_error_and_a_rush_is_held(
    client, rush, settings, monkeypatch
):
    def find(name):
        return None if name == "altcha" else find_spec(name)

    monkeypatch.setattr("hcprograms.checks.find_spec", find)
    monkeypatch.setattr(proof_of_work, "find_spec", find)
    response = send(client, rush, proof="")

    assert [one.id for one in check_settings()] == ["hcprograms.E006"]
    assert (response.status_code, statuses()) == (303, ["quarantined"])


def test_embedded_form_asks_in_its_frame(client, rush):
    frame = reverse("hcprograms_embed:frame", args=[rush.form.public_id])

    response = client.post(frame, rush.typed(proof=""), REMOTE_ADDR=ADDRESS)

    assert response.status_code == 422
    assert read_challenge(response)["maxnumber"] == 1_000
    assert "frame-ancestors" in response["Content-Security-Policy"]
