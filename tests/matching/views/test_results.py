"""The matching form and its results, as pages."""

import html
import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from hcprograms.catalog.models.reference import InterestStatement, Track
from hcprograms.matching import engine
from hcprograms.matching.answers import Answers
from tests.factories import (
    make_campus,
    make_institution,
    make_intake,
    make_interest_form,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

pytestmark = pytest.mark.django_db
NOW = "2026-11-23T15:00:00Z"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0.0)
    engine.forget()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def statements():
    for slug, track in (("strategy", Track.MANAGEMENT), ("records", Track.ADMINISTRATION)):
        InterestStatement.objects.create(slug=slug, text=f"I like {slug}.", track=track)


def offer(school=None, **fields):
    """One published offering with a price, a length and a start."""
    school = school or make_institution()
    program = make_program(institution=school, name=fields.pop("name", "Master of Care"))
    values = {
        "price_basis": "total",
        "price": 30_000,
        "fees_total": 0,
        "duration_months": 24,
        "price_as_of": date(2026, 9, 1),
        "price_source_url": "https://school.example/prices",
    }
    offering = make_offering(program=program, **values | fields)
    make_intake(offering=offering, starts_on=date(2027, 1, 11))
    return offering


def make_school(**fields):
    """A school that can be asked."""
    school = make_institution(**fields)
    make_interest_form(institution=school)
    return school


def get(client, name, query=""):
    return client.get(f"{reverse(f'hcprograms:{name}')}?{query}")


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def test_form_asks_every_active_statement(client, statements):
    InterestStatement.objects.create(slug="old", text="I am old.", track="management", is_active=0)

    response = get(client, "match")

    assert response.status_code == 200
    names = re.findall(r'name="interest_(\w+)"', response.content.decode())
    assert sorted(set(names)) == ["records", "strategy"]


def test_form_is_filled_from_the_address(client, statements):
    response = get(client, "match", "interest_strategy=2&education=master&budget_total=100")

    content = response.content.decode()
    assert re.search(r'name="interest_strategy" value="2"[^>]* checked', content)
    assert '<option value="master" selected>' in content
    assert 'value="100"' in content


@pytest.mark.parametrize("name", ["match", "match_results"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("education=wizard", "Your education so far : Choose from the answers listed."),
        ("levels=wizard", "What do you want to earn? : Choose from the answers listed."),
        ("roles=nobody", "Jobs you can see yourself in : Choose from the answers listed."),
        ("interest_strategy=9", "I like strategy. : Choose from the answers listed."),
        ("max_months=NaN", "Longest time to finish, in months : Write a whole number"),
        ("max_months=0", "Longest time to finish, in months : Write 1 or more."),
        ("budget_total=-1", "Most you can spend on the whole program : Write 0 or more."),
        ("budget_total=1e9", "Most you can spend on the whole program : Write a whole number"),
        ("transfer_credits=9999", "College credits you could bring along : Write 500 or less."),
        ("start_from=2027-13", "Start not before : Choose from the answers listed."),
        ("start_from=2028-01&start_by=2027-01", "Start not after : This is before the earliest"),
        ("country=FR&state=TX", "State you live in : This is a state of the United States."),
        ("institution=nowhere", "is not an institution here"),
    ],
)
def test_unusable_answer_names_its_field_and_what_to_do(client, statements, name, query, said):
    response = get(client, name, query)

    assert response.status_code == 422
    assert said in words(response)


@pytest.mark.parametrize(
    "query",
    ["roles=a&" * 10_000, "education=%00", "x" * 4_001],
    ids=["many roles", "NUL", "long"],
)
def test_unusable_address_is_refused_in_words(client, query):
    response = get(client, "match_results", query)

    assert response.status_code == 400
    assert "This address cannot be used" in words(response)


@pytest.mark.parametrize(
    "query", ["education=%ff", "education=%ED%A0%80", "roles=%E2%80%AE", "=&&;"]
)
def test_odd_bytes_never_break_the_page(client, query):
    assert get(client, "match_results", query).status_code in (200, 422)


def test_results_show_cost_source_start_and_ask_link(client):
    offering = offer(make_school())

    response = get(client, "match_results", "education=bachelor&utm_source=mail&gclid=x")

    text = words(response)
    assert "1 program meets everything you asked for" in text
    assert "About $30,000" in text
    assert "as of Sept. 1, 2026" in text
    assert "Jan. 11, 2027" in text
    slug = offering.program.institution.slug
    expected = f"/ask/{slug}/?offering={offering.public_id}&amp;education=bachelor"
    campaign = "utm_source=mail&amp;utm_landing=%2Fmatch%2Fresults%2F"
    assert f'href="{expected}&amp;{campaign}"' in response.content.decode()
    assert "left out" not in text


def test_unknown_key_is_named_and_left_out(client):
    offer()

    response = get(client, "match_results", "max_monts=3")

    assert response.status_code == 200
    assert "that was left out: max_monts." in words(response)


def test_unpublished_facts_say_ask(client):
    offer(price_basis="", price=None, fees_total=None, duration_months=None)

    text = words(get(client, "match_results", "education=bachelor"))

    assert text.count("Not published: ask") == 2
    assert "$" not in text


def test_candidate_is_shown_with_its_caveat_only(client):
    make_record(offering=offer(), action="candidate")

    text = words(get(client, "match_results", "education=bachelor"))

    assert "Candidate for accreditation by CAHME" in text
    assert "A candidate is not accredited." in text
    assert "Accredited by CAHME" not in text


def test_no_answer_about_interests_gives_no_percentage(client):
    offer()

    response = get(client, "match_results")

    assert "hcp-percent" not in response.content.decode()
    assert "there is no best fit yet" in words(response)


def test_percentage_is_the_sum_of_the_reasons(client, statements):
    role = make_role(slug="chief")
    make_role_mapping(program=offer().program, role=role, strength="0.50")

    response = get(client, "match_results", "roles=chief&education=bachelor")

    match = response.context["cards"][0].match
    assert match.percent == round(100 * sum(reason.adds for reason in match.reasons))
    assert f"{match.percent}%" in words(response)


def test_no_result_shows_near_misses_with_the_change(client):
    offer(price=41_000)

    response = get(client, "match_results", "budget_total=40000&education=bachelor")

    assert "No program fits all of this" in words(response)
    assert "Raise my limit to $41,000" in words(response)
    link = re.search(r'href="([^"]+)">Raise my limit', response.content.decode())
    again = client.get(html.unescape(link[1]))
    assert "1 program meets everything you asked for" in words(again)
    assert "education=bachelor" in link[1]


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("max_months=12", "Allow 24 months"),
        ("delivery=hybrid", "Accept online, hybrid"),
        ("levels=doctorate", "Look for master’s degree, doctorate"),
        ("start_by=2026-12", "Start as late as January 2027"),
        ("start_from=2027-03", "Start from January 2027 on"),
        ("cahme=required", "Prefer CAHME accreditation, do not require it"),
        ("state=TX", "Look as a resident of Colorado"),
    ],
)
def test_every_near_miss_names_its_change_and_applies_it(client, query, label):
    offer(state_rule="only", states=["CO"]) if "state" in query else offer()

    response = get(client, "match_results", query)

    link = re.search(rf'href="([^"]+)">{label}', html.unescape(response.content.decode()))
    assert link, words(response)
    assert "1 program meets everything you asked for" in words(client.get(link[1]))


def test_empty_catalog_says_so(client):
    text = words(get(client, "match_results", "education=bachelor"))

    assert "There are no programs here yet" in text


def test_offering_that_left_the_catalog_is_left_out(client, monkeypatch):
    gone = offer(name="Gone")
    offer(name="Stays")
    engine.match(Answers(), today=date(2026, 11, 23))
    monkeypatch.setattr(engine, "CHECK_SECONDS", 1_000.0)
    engine.snapshots.checked_at = float("inf")
    type(gone).objects.filter(pk=gone.pk).update(status="retired")

    text = words(get(client, "match_results", "education=bachelor"))

    assert "Stays" in text
    assert "Gone" not in text


def test_each_must_can_be_dropped(client):
    offer()

    response = get(client, "match_results", "max_months=30&budget_total=50000&delivery=online")

    chips = {chip.text: chip.query for chip in response.context["chips"]}
    assert chips == {
        "Online": "budget_total=50000&max_months=30",
        "Up to $50,000": "delivery=online&max_months=30",
        "30 months at most": "delivery=online&budget_total=50000",
    }


def test_show_more_shows_more(client):
    school = make_institution()
    for number in range(12):
        offer(school, name=f"Program {number}")

    first = get(client, "match_results", f"institution={school.slug}")
    more = get(client, "match_results", f"institution={school.slug}&show=20")

    assert len(first.context["cards"]) == 10
    assert f"institution={school.slug}&amp;show=20" in first.content.decode()
    assert len(more.context["cards"]) == 12


@pytest.mark.parametrize("count", [1, 3])
def test_results_need_the_same_few_queries(client, django_assert_num_queries, count):
    for number in range(count):
        make_record(offering=offer(name=f"Program {number}", campus=None))
    get(client, "match_results", "education=bachelor")

    with django_assert_num_queries(9):
        get(client, "match_results", "education=bachelor")


def test_results_of_a_made_up_school_say_so(client):
    offer(make_institution(is_fictional=True))

    assert "made-up example" in words(get(client, "match_results", "education=bachelor"))


@pytest.mark.parametrize("name", ["match", "match_results"])
def test_pages_set_no_cookie_and_can_be_cached(client, name):
    response = get(client, name, "education=bachelor")

    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_markup_in_a_name_is_text(client):
    offer(make_institution(name="<script>alert(1)</script>"), name="<b>Bold</b>")

    content = get(client, "match_results", "education=bachelor").content.decode()

    assert "<script>alert" not in content
    assert "<b>Bold" not in content


def test_campus_is_named_with_its_state(client):
    school = make_institution()
    offer(school, delivery="campus", campus=make_campus(institution=school, name="North Campus"))

    assert "North Campus, CO" in words(get(client, "match_results", "education=bachelor"))


def test_school_without_a_form_is_reached_by_its_website(client):
    offer(make_institution(website="https://school.example/"))

    content = get(client, "match_results", "education=bachelor").content.decode()

    assert "/ask/" not in content
    assert 'href="https://school.example/"' in content


def test_what_speaks_against_a_program_is_no_reason_for_it(client):
    offer(price_basis="", price=None, duration_months=None)

    card = get(client, "match_results", "education=doctorate").context["cards"][0]

    assert [reason.criterion.key for reason in card.strengths if reason.score < 0.5] == []
    assert "facts" not in [reason.criterion.key for reason in card.strengths]


def test_source_of_the_facts_is_named(client):
    offering = offer()
    type(offering.program).objects.update(source="College Scorecard", source_as_of="2015-17")

    text = words(get(client, "match_results", "education=bachelor"))

    assert "Facts from: College Scorecard, 2015-17" in text


@pytest.mark.parametrize("query", ["", "education=wizard"], ids=["empty", "wrong"])
def test_form_asks_the_same_without_a_template_pack(client, statements, settings, query):
    make_role(slug="chief")
    crispy = get(client, "match", query).content.decode()
    del settings.CRISPY_TEMPLATE_PACK

    plain = get(client, "match", query).content.decode()

    asked = re.compile(r' name="(\w+)"(?: value="([^"]*)")?')
    assert sorted(asked.findall(plain)) == sorted(asked.findall(crispy))
    assert plain.count("hcp-group") == crispy.count("hcp-group") == 5
    assert "form-label" in crispy
    assert "form-label" not in plain


@pytest.mark.parametrize(
    "query",
    ["roles=&levels=&delivery=&state=&budget_total=", "military=none&cahme=any&country=US"],
    ids=["empty values", "words that ask for nothing"],
)
def test_answers_that_say_nothing_are_no_error(client, statements, query):
    offer()

    response = get(client, "match_results", query)

    assert response.status_code == 200
    assert "1 program meets everything you asked for" in words(response)


@pytest.mark.parametrize(
    ("query", "change"),
    [
        ("budget_total=0&education=bachelor", "Raise my limit to $30,000"),
        ("education=high_school&levels=master", ""),
        ("start_from=2027-02&start_by=2027-02", "Start from January 2027 on"),
        ("start_from=1999-01&start_by=1999-12", ""),
        ("max_months=1&cahme=required&delivery=campus", ""),
    ],
)
def test_answers_that_nothing_fits_say_so_and_what_would(client, query, change):
    offer()

    response = get(client, "match_results", query)

    text = words(response)
    assert response.status_code in (200, 422)
    assert ("No program fits all of this" in text) == (response.status_code == 200)
    assert change in text
    assert "% fit" not in text.partition("Nearly")[0]


@pytest.mark.parametrize(
    "query",
    [
        "interest_strategy=NaN",
        "interest_strategy=99999999999999999999",
        "budget_total=-0x1",
        "budget_total=٣٠٠٠٠",
        "max_months=1e3",
        "transfer_credits=-1",
        "show=-5",
        "show=NaN",
        "show=10&show=20",
        "country=ZZ",
        "country=CA&state=ON",
        "start_from=2027-00",
        "levels=master&levels=master",
        "institution=../../etc/passwd",
        "delivery[]=online",
        "__proto__=1&constructor=2",
    ],
)
def test_tampered_answers_never_break_the_results(client, statements, query):
    offer()

    response = get(client, "match_results", query)

    assert response.status_code in (200, 422)
    assert "<h1>" in response.content.decode()


def test_comparison_shows_the_cost_that_the_results_show(client):
    school = make_institution(state="CO")
    offering = offer(
        school, price_resident=20_000, max_transfer_credits=10, credits=40, state_rule="all"
    )
    query = "education=bachelor&state=CO&transfer_credits=5"

    shown = get(client, "match_results", query).context["cards"][0].cost.total
    compared = client.get(f"{reverse('hcprograms:compare')}?offering={offering.public_id}&{query}")

    assert shown == "about $20,000"
    assert "Cost for you" in words(compared)
    assert "About $20,000" in words(compared)


def test_offering_that_left_the_catalog_is_no_error_on_the_next_page(client):
    gone = offer(make_school(), status="retired")
    slug = gone.program.institution.slug
    query = f"offering={gone.public_id}&education=bachelor"

    ask = client.get(f"{reverse('hcprograms:ask', args=[slug])}?{query}")
    compare = client.get(f"{reverse('hcprograms:compare')}?{query}")

    assert (ask.status_code, compare.status_code) == (200, 200)
    assert str(gone.public_id) not in re.sub(r'action="[^"]*"', "", ask.content.decode())
    assert "1 program was left out" in words(compare)
