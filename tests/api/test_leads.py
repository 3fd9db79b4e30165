"""Leads for a system that keeps its own list: filtered, in pages, in full."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import Lead
from tests.factories import make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(form):
    def make(**fields):
        with scopes_disabled():
            return make_lead(form=form, **fields)

    return make


def names(answer):
    return [one["name"] for one in answer.json()["leads"]]


def test_lead_is_told_like_in_an_event(call, make):
    lead = make(name="Ada", message="When?")

    told = call(f"leads/{lead.public_id}/").json()

    assert (told["id"], told["name"], told["message"]) == (str(lead.public_id), "Ada", "When?")


def test_erased_lead_tells_nothing_personal(call, make):
    lead = make(name="Ada", erased_at=timezone.now())

    assert "name" not in call(f"leads/{lead.public_id}/").json()


def test_suspected_spam_is_told_only_if_asked_for(call, make):
    make(name="Ada")
    make(name="Bot", status=Lead.Status.QUARANTINED)

    assert names(call("leads/")) == ["Ada"]
    assert names(call("leads/?status=quarantined")) == ["Bot"]


def test_changes_since_a_moment(call, make):
    make(name="Old")
    with scopes_disabled():
        Lead.objects.update(updated_at=timezone.now() - timedelta(days=2))
    make(name="New")
    since = (timezone.now() - timedelta(days=1)).isoformat().replace("+00:00", "Z")

    assert names(call(f"leads/?updated_since={since}")) == ["New"]


def test_pages_lead_to_everything_once(call, make):
    for number in range(5):
        make(name=f"N{number}")

    found, answer = [], call("leads/?limit=2")
    while True:
        found += names(answer)
        if answer.json()["next"] is None:
            break
        answer = call(answer.json()["next"])

    assert sorted(found) == [f"N{number}" for number in range(5)]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("status=lost", "status"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2027-01-01T09:00:00", "updated_since"),
        ("updated_since=2027-99-01T09:00:00Z", "updated_since"),
        ("institution=1", "institution"),
        ("email__startswith=a", "email__startswith"),
    ],
)
def test_filter_that_is_not_known_is_named(call, query, named):
    answer = call(f"leads/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()) == [named]


def test_list_takes_as_many_queries_for_three_as_for_one(call, make_key, make):
    key = make_key()
    make()
    call("leads/", key=key)

    with CaptureQueriesContext(
        connection,
    ) as one:
        call("leads/", key=key)
    make()
    make()
    with CaptureQueriesContext(connection) as three:
        call("leads/", key=key)

    assert len(one) == len(three)


def test_match_answers_as_the_command_does(call):
    answer = call("match/?limit=3", {"education": "bachelor", "budget_total": 40000})

    assert answer.status_code == 200
    assert {"matches", "near_misses", "considered"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("match/", {"education": "phd"}, "education"),
        ("match/", {"colour": "red"}, "colour"),
        ("match/?limit=0", {}, "limit"),
        ("match/?limit=x", {}, "limit"),
    ],
)
def test_answers_that_cannot_be_read_are_named(call, path, body, named):
    answer = call(path, body)

    assert answer.status_code == 400
    assert list(answer.json()) == [named]
