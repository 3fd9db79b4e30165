"""Five fictional schools offer by configuration what the pages of the field's sources offer."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from hcprograms.catalog.sample import find_fixtures, read_fixture
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.consent import ConsentText
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.sample_schools import load_sample_schools
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def schools():
    data = read_fixture(folder=find_fixtures(), name="schools")
    return load_sample_schools(data=data, today=NOW.date())


@pytest.fixture
def read(client, schools):
    """The words of a school's form page, spaces folded."""

    def read(school, form):
        html = client.get(reverse("hcprograms:ask", args=[school]) + f"?form={form}").content
        return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())

    return read


@pytest.fixture
def fields(client, schools):
    """The fields of a school's form, and those that are required."""

    def find(school, form):
        response = client.get(reverse("hcprograms:ask", args=[school]) + f"?form={form}")
        shown = response.context["form"].fields
        return set(shown), {name for name, field in shown.items() if field.required}

    return find


def test_every_school_says_on_every_page_that_it_is_made_up(client, schools):
    for form in InterestForm.objects.select_related("institution"):
        html = client.get(
            reverse("hcprograms:ask", args=[form.institution.slug]) + f"?form={form.slug}"
        ).content.decode()

        assert "A fictional example" in html
        assert "(fictional)" in form.institution.name


def test_talk_before_committing_is_offered(read, fields):
    words = read("juniper-hollow-school", "talk")
    asked, required = fields("juniper-hollow-school", "talk")

    assert "Talk with a program director" in words
    assert "Finding a mentor" in words
    assert {"q_about", "q_day"} <= asked
    assert {"phone", "best_time"} <= required


def test_contact_to_learn_more_asks_about_aid_and_credits(read, fields):
    words = read("brightwater-institute", "information")
    asked, _required = fields("brightwater-institute", "information")

    assert "Contact us to learn more" in words
    assert "help with financial aid, grants and work study" in words
    assert "Only if you answered “yes” to “Do you bring credits" in words
    assert {"q_aid", "q_credits", "q_school"} <= asked


def test_advisor_hours_phone_and_call_back_are_shown(read, fields):
    words = read("meadowlark-college", "call-me")
    asked, required = fields("meadowlark-college", "call-me")

    assert "+1 770-555-0130" in words
    assert re.search(r"Monday.*Friday.*9.*9", words)
    assert "Enroll online (fictional)" in words
    assert {"phone", "best_time"} <= required
    assert "consent_call" in asked


def test_training_for_organisations_and_british_privacy_are_offered(read, fields):
    words = read("thornbury-academy", "in-house")
    asked, required = fields("thornbury-academy", "in-house")

    assert "Training for your organisation" in words
    assert "UK GDPR" in words
    assert "Information Commissioner’s Office" in words
    assert {"organisation", "people"} <= required
    assert {"topics", "q_fields", "q_where", "consent_email"} <= asked
    assert "consent_call" not in asked


def test_career_university_shows_all_calls_to_action(read, fields):
    words = read("red-mesa-university", "information")
    asked, required = fields("red-mesa-university", "information")

    for call in ("Request information", "Estimate your tuition", "Book an appointment"):
        assert call in words
    assert "Apply now" in words
    assert "+1 719-555-0150" in words
    assert {"military", "education", "country"} <= required
    assert {"consent_email", "consent_call", "consent_text"} <= asked
    assert not {"consent_email", "consent_call", "consent_text"} & required


def test_career_university_shows_its_next_start_and_what_it_does_not_promise(read):
    words = read("red-mesa-university", "information")
    start = NOW.date() + timedelta(days=45)

    assert re.search(rf"Next start \w+\.? {start.day}, {start.year}", words)
    assert "we guarantee no job, salary or promotion" in words
    assert "Not every program is open to residents of every state" in words
    assert "Message and data rates may apply" in words
    assert "Terms of use" in words


def test_career_university_asks_for_military_status_in_full(client, schools):
    html = client.get(reverse("hcprograms:ask", args=["red-mesa-university"])).content.decode()

    for word in ("active_duty", "veteran", "spouse", "eligible"):
        assert f'value="{word}"' in html


def test_schools_are_loaded_by_the_command_and_once():
    for _ in range(2):
        call_command("load_sample", "--schools", verbosity=0)

    assert Institution.objects.filter(is_fictional=True).count() == 6
    assert Question.objects.count() == 7
    assert ConsentText.objects.count() == 3 + 7
