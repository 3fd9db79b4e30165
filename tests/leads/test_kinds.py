"""What the kinds of forms ask for and lead to, and how a form looks."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.disclosure import disclose_lead
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.models.forms import InterestForm, validate_accent
from tests.factories import NOW
from tests.leads.asking import all_attempts, all_leads, make_school

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TRAINING = {"organisation": "St. Mary’s Hospital", "people": "25", "topics": "Coding\nPrivacy"}


@pytest.fixture
def training():
    return make_school(form={"kind": "training"})


@pytest.fixture
def applying():
    return make_school(form={"kind": "apply", "apply_url": "https://apply.school.example/now"})


def way_out(school):
    return reverse("hcprograms:apply", args=[school.form.public_id])


def test_training_is_a_lead_with_organisation_people_and_topics(client, training):
    response = client.post(training.address, training.typed(offerings=None, **TRAINING))

    (lead,) = all_leads()
    assert response.status_code == 303
    assert (lead.organisation, lead.people, lead.topics) == (
        "St. Mary’s Hospital",
        25,
        "Coding\nPrivacy",
    )
    assert disclose_lead(lead=lead)["request"]["people"] == 25


@pytest.mark.parametrize(
    ("field", "value"),
    [("organisation", ""), ("people", ""), ("people", "0"), ("people", "many"), ("people", "1e9")],
)
def test_training_needs_an_organisation_and_a_number(client, training, field, value):
    typed = training.typed(offerings=None, **TRAINING | {field: value})

    response = client.post(training.address, typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_other_forms_take_no_training(client, school):
    client.post(school.address, school.typed(**TRAINING))

    assert (all_leads()[0].organisation, all_leads()[0].people) == ("", None)


def test_erasure_clears_the_training(client, training):
    client.post(training.address, training.typed(offerings=None, **TRAINING))

    erase_lead(lead=all_leads()[0], method="link", now=NOW)

    (lead,) = all_leads()
    assert (lead.organisation, lead.people, lead.topics) == ("", None, "")


def test_apply_page_leads_out_and_asks_nothing(client, applying):
    html = client.get(applying.address).content.decode()

    assert f'href="{way_out(applying)}"' in html
    assert "<form" not in html


def test_way_out_is_counted_without_naming_anybody(client, applying):
    client.head(way_out(applying))
    response = client.get(way_out(applying), REMOTE_ADDR="203.0.113.7")

    (attempt,) = all_attempts()
    assert (response.status_code, response["Location"]) == (302, "https://apply.school.example/now")
    assert (attempt.outcome, attempt.ip_address, attempt.submitted) == ("left", None, {})
    assert "no-store" in response["Cache-Control"]


def test_what_is_sent_to_an_apply_form_goes_on_to_the_application(client, applying):
    response = client.post(applying.address, applying.typed())

    assert (response.status_code, response["Location"]) == (303, way_out(applying))
    assert all_leads() == []


@pytest.mark.parametrize("change", [{"kind": "information"}, {"status": "retired"}])
def test_way_out_of_another_or_closed_form_is_not_found(client, applying, change):
    InterestForm.objects.update(**change)

    assert client.get(way_out(applying)).status_code == 404
    assert all_attempts() == []


@pytest.mark.parametrize("value", ["red", "#fff", "#ffffff", "#ffd700", "#0c5a6", "#0c5a63;}"])
def test_colour_that_cannot_be_used_is_refused(value):
    with pytest.raises(ValidationError):
        validate_accent(value)


def test_colour_comes_as_a_style_sheet_of_our_own(client):
    school = make_school(form={"accent": "#7A1F5C"})

    html = client.get(school.address).content.decode()

    (address,) = re.findall(r'href="([^"]*colour[^"]*)"', html)
    sheet = client.get(address)
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert "--hcp-accent: #7a1f5c" in sheet.content.decode()
    assert "style=" not in html


def test_thank_you_page_goes_on_to_the_schools_own(client):
    school = make_school(form={"thank_you_url": "https://www.school.example/thanks"})

    html = client.get(client.post(school.address, school.typed())["Location"]).content.decode()

    assert '<meta http-equiv="refresh" content="0; url=https://www.school.example/thanks">' in html
    assert '<a href="https://www.school.example/thanks">' in html


def test_draft_is_previewed_by_staff_and_stays_a_draft(admin_client, client):
    school = make_school(form={"status": "draft", "title": "Not yet"})
    address = reverse("admin:hcprograms_interestform_preview", args=[school.form.pk])

    shown = admin_client.get(address)
    stranger = client.__class__().get(address)

    school.form.refresh_from_db()
    with scopes_disabled():
        assert "Not yet" in shown.content.decode()
    assert "Nothing can be sent from here" in shown.content.decode()
    assert stranger.status_code == 302
    assert school.form.status == "draft"


def test_hosts_are_typed_one_per_line(admin_client, school):
    address = reverse("admin:hcprograms_interestform_change", args=[school.form.pk])

    html = admin_client.get(address).content.decode()

    assert re.search(r'<textarea name="allowed_hosts"', html)
