"""Requests from another system: checked like a form, captured once, proven by the words shown."""

import uuid

import pytest
from django.utils import timezone

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.arrivals import Arrival, RefusedArrival, receive
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.forms import FieldRule
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.models.questions import Question
from hcprograms.leads.open_forms import get_open_form_by_id
from tests.factories import (
    make_consent_text,
    make_institution,
    make_interest_form,
    make_offering,
    make_program,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return make_institution(is_published=True)


@pytest.fixture
def page(institution):
    for channel in (Channel.EMAIL, Channel.CALL):
        make_consent_text(institution=institution, channel=channel)
    form = make_interest_form(institution=institution, ask_state=FieldRule.OPTIONAL)
    return get_open_form_by_id(public_id=form.public_id, query={}, now=timezone.now())


def arrive(**fields):
    typed = {"name": ["Ada"], "email": ["ada@applicant.example"]} | fields.pop("typed", {})
    return Arrival(**{"id": uuid.uuid4(), "typed": typed} | fields)


def test_request_becomes_a_lead(page):
    captured = receive(page=page, arrival=arrive(typed={"message": ["When does it start?"]}))

    assert captured.created
    assert captured.lead.email == "ada@applicant.example"
    assert captured.lead.message == "When does it start?"
    assert captured.lead.status == Lead.Status.NEW


def test_same_id_is_the_same_request_whatever_it_says(page):
    key = uuid.uuid4()
    first = receive(page=page, arrival=arrive(id=key))

    again = receive(page=page, arrival=arrive(id=key, typed={"name": ["Ada Again"]}))

    assert not again.created
    assert again.lead == first.lead
    assert again.lead.name == "Ada"


def test_box_that_was_not_shown_leaves_no_proof(page):
    box = page.consents[0]

    captured = receive(page=page, arrival=arrive(boxes={box.channel: (box.sha256, True)}))

    with scopes_disabled():
        proof = list(Consent.objects.filter(lead=captured.lead).values_list("channel", "decision"))
    assert proof == [(Channel.EMAIL, Consent.Decision.GRANTED)]


def test_words_that_are_not_the_forms_are_refused(page):
    with pytest.raises(RefusedArrival) as refused:
        receive(page=page, arrival=arrive(boxes={Channel.EMAIL: ("0" * 64, True)}))

    assert list(refused.value.errors) == ["consents.email"]
    with scopes_disabled():
        assert not Lead.objects.exists()


def test_fields_are_checked_like_typed_ones_and_named(page):
    typed = {"email": ["nobody"], "state": ["XX"], "status": ["enrolled"]}

    with pytest.raises(RefusedArrival) as refused:
        receive(page=page, arrival=arrive(typed=typed))

    assert sorted(refused.value.errors) == ["email", "state", "status"]


def test_program_of_another_school_is_refused(page):
    stranger = make_offering(program=make_program())

    with pytest.raises(RefusedArrival) as refused:
        receive(page=page, arrival=arrive(typed={"offerings": [str(stranger.public_id)]}))

    assert list(refused.value.errors) == ["offerings"]


def test_text_in_place_of_a_file_is_refused(institution):
    form = make_interest_form(institution=institution)
    Question.objects.create(form=form, key="cv", label="Your CV?", kind=Question.Kind.FILE)
    page = get_open_form_by_id(public_id=form.public_id, query={}, now=timezone.now())

    with pytest.raises(RefusedArrival) as refused:
        receive(page=page, arrival=arrive(typed={"q_cv": ["cv.pdf"]}))

    assert list(refused.value.errors) == ["q_cv"]
