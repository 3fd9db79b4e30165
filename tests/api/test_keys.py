"""Keys: hashed, scoped, limited, and of one institution only."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.api_keys import find_key, revoke_key
from hcprograms.leads.models.api_keys import ApiKey
from hcprograms.leads.models.lead import Lead
from tests.factories import make_institution, make_interest_form, make_lead

pytestmark = pytest.mark.django_db


def test_key_is_not_kept(make_key):
    text = make_key()

    (row,) = ApiKey.objects.values()
    assert text.split("_", 2)[2] not in str(row)
    assert find_key(text=text, now=timezone.now()).pk == row["id"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Basic abc", "Bearer hcp_x", "Bearer hcp_000000000000_x", "Bearer ÿ"]
)
def test_who_has_no_key_is_told_how_to_send_one(client, institution, header):
    answer = client.get("/api/v1/forms/", headers={"authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("text", ["hcp_" + "0" * 200 + "_x", "hcp_\x00_é"])
def test_text_that_no_key_has_is_not_looked_up(text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find_key(text=text, now=timezone.now()) is None


def test_uses_within_a_minute_are_noted_once(make_key):
    text, now = make_key(), timezone.now()

    for seconds in (0, 59, 61):
        find_key(text=text, now=now + timedelta(seconds=seconds))
        (noted,) = ApiKey.objects.values_list("last_used_at", flat=True)
        assert noted == now + timedelta(seconds=0 if seconds < 60 else seconds)


def test_wrong_secret_of_a_known_key_is_refused(call, make_key):
    text = make_key()

    answer = call("forms/", key=text[:-1] + ("a" if text[-1] != "a" else "b"))

    assert answer.status_code == 401


def test_revoked_key_is_refused_at_once(call, make_key):
    text = make_key()
    revoke_key(key=ApiKey.objects.get(), now=timezone.now())

    assert call("forms/", key=text).status_code == 401


def test_session_is_no_key(admin_client, institution):
    assert admin_client.get("/api/v1/forms/").status_code == 401


@pytest.mark.parametrize(("path", "body"), [("leads/", None), ("forms/{form}/requests/", {})])
def test_key_may_do_what_is_ticked_only(call, make_key, form, path, body):
    key = make_key(may_capture=body is None, may_read=body is not None)

    answer = call(path.format(form=form.public_id), body, key=key)

    assert answer.status_code == 403


def test_form_and_leads_of_another_school_are_not_there(call):
    stranger = make_interest_form(institution=make_institution(is_published=True))
    with scopes_disabled():
        lead = make_lead(form=stranger)
    body = {"id": str(uuid.uuid4()), "fields": {"name": "Ada", "email": "ada@x.example"}}

    answers = [
        call(f"forms/{stranger.public_id}/"),
        call(f"forms/{stranger.public_id}/requests/", body),
        call(f"leads/{lead.public_id}/"),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert call("leads/").json()["leads"] == []
    with scopes_disabled():
        assert Lead.objects.count() == 1


def test_too_many_requests_are_told_when_to_come_back(call, make_key, settings):
    settings.HCPROGRAMS = {**settings.HCPROGRAMS, "API_REQUESTS_PER_MINUTE": 2}
    key = make_key()

    answers = [call("forms/", key=key) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60


def test_limiter_without_its_store_lets_everybody_through(call, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", fail)

    assert call("forms/").status_code == 200


def test_answers_are_never_cached(call):
    answer = call("forms/")

    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
