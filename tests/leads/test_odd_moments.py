"""Odd names, numbers and moments through the real form: a sensible outcome, in words."""

import re

import pytest
from django.urls import reverse

from hcprograms.catalog.models.programs import Status
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import LeadChoice
from hcprograms.leads.models.questions import Question
from tests.leads.asking import all_attempts, all_leads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

NAMES = {
    "emoji": "Ada 👩🏽‍⚕️ Applicant",
    "right to left": "עדה לאבלייס",
    "arabic": "نور الهدى",
    "three hundred letters": "A" * 300,
    "no spaces": "Wolfeschlegelsteinhausenbergerdorff" * 5,
    "one letter": "Y",
    "apostrophe": "Siobhán O’Brien-N'Diaye",
    "han": "王小明",
}


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_name_is_kept_and_thanked_as_it_was_typed(client, school, name):
    response = client.post(school.address, school.typed(name=name))

    thanks = client.get(response["Location"])
    (lead,) = all_leads()
    assert (response.status_code, thanks.status_code) == (303, 200)
    assert lead.name == name


def test_name_longer_than_three_hundred_letters_is_refused_in_words(client, school):
    response = client.post(school.address, school.typed(name="A" * 301))

    assert response.status_code == 422
    assert "300" in str(response.context["form"].errors["name"])
    assert all_leads() == []


def test_unusual_email_address_is_kept(client, school):
    address = "o'brien+test@sub.example.edu"

    response = client.post(school.address, school.typed(email=address))

    assert response.status_code == 303
    assert all_leads()[0].email == address


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("+44 20 7946 0123 ext. 12", "GB", "+442079460123 ext. 12"),
        ("020 7946 0123 x9", "GB", "+442079460123 ext. 9"),
        ("+49 30 901820", "US", "+4930901820"),
        ("(303) 555-0123 ext 4", "US", "+13035550123 ext. 4"),
    ],
)
def test_phone_of_the_world_is_kept_with_its_extension(client, school, typed, country, kept):
    told = school.typed(phone=typed, country=country, state="" if country != "US" else "CO")

    response = client.post(school.address, told)

    assert response.status_code == 303
    assert all_leads()[0].phone == kept


def test_unknown_state_is_refused_in_words_with_everything_kept(client, school):
    response = client.post(school.address, school.typed(state="ZZ", message="Is it online?"))

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == ["state"]
    assert form["message"].value() == "Is it online?"
    assert [one.outcome for one in all_attempts()] == ["invalid"]


def test_program_unpublished_while_the_form_was_open_is_still_asked_about(client, school):
    typed = school.typed()
    school.offering.status = Status.DRAFT
    school.offering.save()

    response = client.post(school.address, typed)

    assert response.status_code == 303
    with scopes_disabled():
        assert LeadChoice.objects.get().offering == school.offering


@pytest.mark.parametrize("status", [InterestForm.Status.RETIRED, InterestForm.Status.DRAFT])
def test_form_taken_away_while_open_says_how_to_reach_the_school(client, school, status):
    typed = school.typed(message="Keep <this>")
    InterestForm.objects.update(status=status)

    response = client.post(school.address, typed)

    assert response.status_code in (404, 410)
    assert "303 555 0100" in words_of(response)
    assert "Keep &lt;this&gt;" in response.content.decode()


def test_question_removed_while_the_form_was_open_costs_nothing(client, school):
    question = Question.objects.create(form=school.form, key="why", label="Why?", is_required=True)
    typed = school.typed(q_why="Because")
    question.delete()

    response = client.post(school.address, typed)

    assert (response.status_code, len(all_leads())) == (303, 1)


def test_question_required_since_is_asked_with_everything_kept(client, school):
    typed = school.typed(message="Keep this")
    Question.objects.create(form=school.form, key="why", label="Why?", is_required=True)

    response = client.post(school.address, typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["q_why"]
    assert "Keep this" in response.content.decode()


def test_double_click_and_back_button_are_one_request(client, school):
    typed = school.typed()
    answers = [client.post(school.address, typed) for _ in range(2)]
    client.get(answers[0]["Location"])
    back = client.post(school.address, typed)

    pages = {client.get(one["Location"]).status_code for one in (*answers, back)}

    assert pages == {200}
    assert len(all_leads()) == 1


def test_page_of_a_person_with_a_long_name_shows_it_whole(client, school):
    name = NAMES["no spaces"]
    client.post(school.address, school.typed(name=name))
    client.force_login(school.advisor.user)

    (lead,) = all_leads()
    page = client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk]))

    assert name in page.content.decode()
