"""Requests from another system: what is taken, what is refused and how it is said."""

import uuid

import pytest
from django.db import OperationalError

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from tests.factories import make_institution, make_interest_form, make_member

pytestmark = pytest.mark.django_db


def request_of(**fields):
    about = {"name": "Ada", "email": "ada@applicant.example"} | fields.pop("fields", {})
    return {"id": str(uuid.uuid4()), "fields": about} | fields


def count_leads():
    with scopes_disabled():
        return Lead.objects.count()


def test_form_says_what_it_asks_and_the_words_to_show(call, form):
    told = call(f"forms/{form.public_id}/").json()

    fields = {one["name"]: one for one in told["fields"]}
    (box,) = told["consents"]
    assert fields["email"]["required"]
    assert {"value": "OH", "label": "Ohio"} in fields["state"]["choices"]
    assert box["text"] == f"{form.institution.name} may email me about its programs."
    assert len(box["sha256"]) == 64


def test_forms_are_those_that_can_be_answered(call, institution, form):
    make_interest_form(institution=institution, status=InterestForm.Status.DRAFT)
    make_interest_form(institution=institution, kind=InterestForm.Kind.MATCH)
    make_interest_form(institution=make_institution(is_published=True))

    told = call("forms/").json()

    assert [one["slug"] for one in told["forms"]] == [form.slug]


def test_request_becomes_a_lead_with_proof_and_alert(call, form, institution):
    make_member(institution=institution)
    (box,) = call(f"forms/{form.public_id}/").json()["consents"]
    body = request_of(
        consents={"email": {"sha256": box["sha256"], "granted": True}},
        visitor={"ip_address": "192.0.2.7", "user_agent": "Mozilla", "language": "en"},
        attribution={"utm_source": "Spring fair"},
    )

    answer = call(f"forms/{form.public_id}/requests/", body)

    with scopes_disabled():
        lead = Lead.objects.get()
        proof = Consent.objects.get(lead=lead)
        alerts = FollowUp.objects.filter(lead=lead, purpose="alert").count()
    assert answer.status_code == 201
    assert answer.json() == {"lead": str(lead.public_id), "created": True}
    assert (proof.decision, proof.text, proof.ip_address) == ("granted", box["text"], "192.0.2.7")
    assert (lead.source, lead.language, alerts) == ("spring fair", "en", 1)


def test_request_that_is_sent_again_is_answered_with_its_lead(call, form):
    body = request_of()
    first = call(f"forms/{form.public_id}/requests/", body).json()

    again = call(f"forms/{form.public_id}/requests/", body)

    assert again.status_code == 200
    assert again.json() == {"lead": first["lead"], "created": False}
    assert count_leads() == 1


def test_what_the_form_would_not_take_is_named(call, form):
    body = request_of(fields={"email": "nobody", "state": "Ontario", "status": "enrolled"})

    answer = call(f"forms/{form.public_id}/requests/", body)

    assert answer.status_code == 422
    assert sorted(answer.json()["errors"]) == ["email", "state", "status"]
    assert count_leads() == 0


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"id": "1", "fields": {}}, "id"),
        ({"fields": {}}, "id"),
        ({"id": str(uuid.UUID(int=7))}, "fields"),
        (request_of(status="enrolled"), "status"),
        (request_of(fields={"name": {"a": 1}}), "fields"),
        (request_of(fields={"name": ["x"] * 51}), "fields"),
        (request_of(answers={"budget_total": "much"}), "answers"),
        (request_of(answers={"colour": "red"}), "answers"),
        (request_of(consents={"email": {"granted": True}}), "consents"),
        (request_of(consents={"fax": {"sha256": "0" * 64, "granted": True}}), "consents"),
        (request_of(visitor={"ip_address": "here"}), "visitor"),
        (request_of(attribution={"gclid": "1"}), "attribution"),
        ([], "non_field_errors"),
    ],
)
def test_body_of_another_shape_is_refused_by_name(call, form, body, named):
    answer = call(f"forms/{form.public_id}/requests/", body)

    assert answer.status_code == 400
    assert list(answer.json()) == [named]
    assert count_leads() == 0


@pytest.mark.parametrize("body", [b"", b"{", b'{"id": "\xff"}', b"null", b"[" * 100_000])
def test_body_that_is_no_json_object_is_refused(call, form, body):
    answer = call(f"forms/{form.public_id}/requests/", body)

    assert answer.status_code == 400
    assert count_leads() == 0


def test_words_of_another_day_prove_nothing(call, form):
    body = request_of(consents={"email": {"sha256": "0" * 64, "granted": True}})

    answer = call(f"forms/{form.public_id}/requests/", body)

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["consents.email"]


def test_retired_form_says_so(call, form):
    InterestForm.objects.update(status=InterestForm.Status.RETIRED)

    answer = call(f"forms/{form.public_id}/requests/", request_of())

    assert answer.status_code == 404
    assert answer.json()["detail"] == "“Request information” was retired."


def test_database_that_is_down_says_when_to_come_back(call, make_key, form, monkeypatch):
    key = make_key()

    def fail(**fields):
        raise OperationalError("gone")

    monkeypatch.setattr("hcprograms.api.authentication.find_key", fail)
    answer = call(f"forms/{form.public_id}/requests/", request_of(), key=key)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def test_body_of_a_megabyte_is_refused(call, form):
    body = request_of(fields={"message": "x" * 1_000_000})

    answer = call(f"forms/{form.public_id}/requests/", body)

    assert answer.status_code == 413
