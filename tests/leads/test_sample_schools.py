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
    assert "help with financial aid, scholarships, grants and work study" in words
    assert "Only if you answered “yes” to “Do you plan to go on" in words
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


# What each source’s page offers a visitor → where our own words for it stand.
OFFERED = {
    "S0: talk to program directors": ("juniper-hollow-school", "talk", "program director"),
    "S0: coursework and internships": ("juniper-hollow-school", "talk", "Coursework Internships"),
    "S0: talk to those who did the work": ("juniper-hollow-school", "talk", "who did the work"),
    "S0: ask mentors before committing": ("juniper-hollow-school", "talk", "Finding a mentor"),
    "S1: contact us to learn more": ("brightwater-institute", "information", "Contact us to learn"),
    "S1: billing and coding academy": ("brightwater-institute", "information", "coding academy"),
    "S1: financial aid": ("brightwater-institute", "information", "financial aid"),
    "S1: scholarships or grants": ("brightwater-institute", "information", "scholarships, grants"),
    "S1: work study": ("brightwater-institute", "information", "work study"),
    "S1: small classes": ("brightwater-institute", "information", "classes of about fifteen"),
    "S1: support services": ("brightwater-institute", "information", "support while you study"),
    "S1: transfer of credits": ("brightwater-institute", "information", "credits that are easy"),
    "S2: questions on enrolling": ("meadowlark-college", "call-me", "Questions on enrolling?"),
    "S2: call an advisor": ("meadowlark-college", "call-me", "admissions advisor calls you"),
    "S2: talk about goals": ("meadowlark-college", "call-me", "about your goals"),
    "S2: advisor hours": ("meadowlark-college", "call-me", "from 9 am to 9 pm Eastern"),
    "S2: phone": ("meadowlark-college", "call-me", "+1 770-555-0130"),
    "S2: online, own pace": ("meadowlark-college", "call-me", "online and at your own pace"),
    "S2: enroll online": ("meadowlark-college", "enroll", "Enroll online"),
    "S3: in-house training": ("thornbury-academy", "in-house", "Courses in your own house"),
    "S3: London and Europe": ("thornbury-academy", "in-house", "in London or across Europe"),
    "S3: made to measure": ("thornbury-academy", "in-house", "put together for your people"),
    "S3: basic to strategic": ("thornbury-academy", "in-house", "planning for years ahead"),
    "S3: policy": ("thornbury-academy", "in-house", "Writing policies"),
    "S3: finances": ("thornbury-academy", "in-house", "Planning finances"),
    "S3: leadership": ("thornbury-academy", "in-house", "Leading people"),
    "S3: billing": ("thornbury-academy", "in-house", "Medical billing"),
    "S3: patient records": ("thornbury-academy", "in-house", "Keeping patient records"),
    "S3: office administration": ("thornbury-academy", "in-house", "Office administration"),
    "S3: UK privacy": ("thornbury-academy", "in-house", "UK GDPR"),
    "S4: apply now": ("red-mesa-university", "apply", "Apply now"),
    "S4: request information": ("red-mesa-university", "information", "Request information"),
    "S4: estimate tuition": ("red-mesa-university", "cost", "Estimate my tuition"),
    "S4: book appointment": ("red-mesa-university", "appointment", "Book an appointment"),
    "S4: get more details": ("red-mesa-university", "information", "Send me details"),
    "S4: call us": ("red-mesa-university", "information", "+1 719-555-0150"),
    "S4: next start": ("red-mesa-university", "information", "Next start"),
    "S4: an advisor will contact you": ("red-mesa-university", "information", "gets in touch"),
    "S4: scholarships and aid": (
        "red-mesa-university",
        "information",
        "scholarships and financial",
    ),
    "S4: specific programs": ("red-mesa-university", "information", "single degree programs"),
    "S4: grantee named": ("red-mesa-university", "information", "Red Mesa Career University (fict"),
    "S4: automated, recorded": (
        "red-mesa-university",
        "information",
        "automated technology and rec",
    ),
    "S4: number of a mobile": ("red-mesa-university", "information", "a mobile number included"),
    "S4: purpose": ("red-mesa-university", "information", "about its educational services"),
    "S4: terms": ("red-mesa-university", "information", "Terms of use"),
    "S4: privacy policy": ("red-mesa-university", "information", "Privacy policy"),
    "S4: no condition": ("red-mesa-university", "information", "I do not have to agree in order"),
    "S4: rates": ("red-mesa-university", "information", "Message and data rates may apply"),
    "S4: careers": ("red-mesa-university", "information", "need not lead to the careers"),
    "S4: no guarantee": ("red-mesa-university", "information", "no job, salary or promotion"),
    "S4: states": ("red-mesa-university", "information", "residents of every state"),
    "S4: start dates vary": ("red-mesa-university", "information", "Start dates differ by program"),
    "S4: certification": ("red-mesa-university", "information", "outside certification is decided"),
    "S4: licences": ("red-mesa-university", "information", "licences that your state asks for"),
}


@pytest.mark.parametrize(("school", "form", "words"), OFFERED.values(), ids=OFFERED)
def test_what_a_source_offers_is_offered_by_configuration(read, school, form, words):
    assert words in read(school, form)


def test_career_university_lets_visitors_find_and_explore_its_degrees(client, schools):
    school = "red-mesa-university"

    explored = client.get(reverse("hcprograms:institution", args=[school]))
    found = client.get(reverse("hcprograms:match_results"), {"institution": school})

    assert "Healthcare Management" in explored.content.decode()
    assert "Red Mesa Career University" in found.content.decode()


def test_schools_are_loaded_by_the_command_and_once():
    for _ in range(2):
        call_command("load_sample", "--schools", verbosity=0)

    assert Institution.objects.filter(is_fictional=True).count() == 6
    assert Question.objects.count() == 7
    assert ConsentText.objects.count() == 3 + 7
