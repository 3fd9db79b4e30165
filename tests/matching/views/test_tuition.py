"""The tuition estimator, as a page."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from hcprograms.leads.models.forms import InterestForm
from hcprograms.matching import engine
from tests.factories import (
    make_campus,
    make_institution,
    make_interest_form,
    make_offering,
    make_program,
)

pytestmark = pytest.mark.django_db
NOW = "2026-11-23T15:00:00Z"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0.0)
    engine.forget()
    with time_machine.travel(NOW, tick=False):
        yield


def offer(school=None, **fields):
    """An offering of 40 credits at $500, $400 for residents of Colorado, and $1,000 of fees."""
    school = school or make_institution(state="CO")
    program = make_program(institution=school, name=fields.pop("name", "Master of Care"))
    values = {
        "price_basis": "credit",
        "price": Decimal(500),
        "price_resident": Decimal(400),
        "price_military": Decimal(300),
        "fees_total": Decimal(1000),
        "credits": Decimal(40),
        "max_transfer_credits": Decimal(10),
        "terms": 5,
        "price_as_of": date(2026, 9, 1),
        "price_source_url": "https://school.example/prices",
    }
    return make_offering(program=program, **values | fields)


def get(client, query=""):
    return client.get(f"{reverse('hcprograms:tuition')}?{query}")


def estimate(client, offering, query=""):
    return get(client, f"offering={offering.public_id}&{query}")


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def steps(response):
    return {step.label: step.amount for step in response.context["estimate"].steps}


def test_estimate_adds_up_step_by_step(client):
    response = estimate(client, offer(), "transfer_credits=12&state=TX")

    assert steps(response) == {
        "Credits of the program": "40",
        "Credits you bring along": "− 10",
        "Price of a credit": "$500",
        "Tuition": "$15,000",
        "Fees in all": "$1,000",
        "In all": "$16,000",
    }
    assert "About $16,000 $4,000 a term, for 4 terms" in words(response)


def test_estimate_names_source_and_date_of_each_figure(client):
    response = estimate(client, offer(), "state=TX")

    said = {one.labels: one.source for one in response.context["estimate"].origins}
    prices = said["Price of a credit, Fees in all"]
    assert (prices.text, prices.url) == ("as of Sept. 1, 2026", "https://school.example/prices")
    record = said["Credits of the program, Terms"]
    assert record.text == "the school’s own record, last changed on Nov. 23, 2026"


def test_facts_from_elsewhere_say_from_where(client):
    offering = offer(price_as_of=None, price_source_url="")
    type(offering.program).objects.update(source="College Scorecard", source_as_of="2015-17")

    (origin,) = estimate(client, offering).context["estimate"].origins

    assert origin.source.text == "College Scorecard, 2015-17"


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("state=CO", "about $17,000"),
        ("state=TX", "about $21,000"),
        ("state=abroad", "about $21,000"),
        ("country=FR", "about $21,000"),
        ("", "$17,000 to $21,000"),
        ("military=veteran&state=TX", "about $13,000"),
        ("military=veteran", "about $13,000"),
        ("military=none&state=TX", "about $21,000"),
        ("credits_per_term=4&state=CO", "about $17,000"),
    ],
)
def test_the_right_price_is_used(client, query, total):
    assert estimate(client, offer(), query).context["estimate"].total == total


def test_campus_decides_whose_residents_pay_less(client):
    school = make_institution(state="CO")
    campus = make_campus(institution=school, state="TX")
    offering = offer(school, delivery="campus", campus=campus)

    assert estimate(client, offering, "state=TX").context["estimate"].total == "about $17,000"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=CO",
        "state=TX&transfer_credits=12",
        "country=FR",
        "military=spouse&transfer_credits=500",
    ],
)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"price_basis": "term", "max_transfer_credits": None},
        {"price_basis": "total", "fees_total": None},
        {"price": None},
        {"credits": None},
    ],
    ids=["credit", "term", "total", "residents only", "credits unknown"],
)
def test_results_show_the_same_numbers(client, fields, query):
    offering = offer(**fields)

    estimated = estimate(client, offering, query).context["estimate"].total
    results = client.get(f"{reverse('hcprograms:match_results')}?{query}&education=bachelor")

    assert results.context["listed"][0].cost.total == estimated


def test_what_is_not_published_stays_unknown_and_can_be_asked(client):
    school = make_institution()
    make_interest_form(institution=school)
    form = make_interest_form(institution=school, kind=InterestForm.Kind.TUITION)
    offering = offer(
        school,
        price_basis="",
        price=None,
        price_resident=None,
        price_military=None,
        fees_total=None,
    )

    response = estimate(client, offering, "transfer_credits=9&interest_strategy=2")

    text = words(response)
    assert "Not published Nobody can say" in text
    assert "The price of this program is not published." in text
    assert "$" not in text
    link = html.unescape(
        re.search(r'href="([^"]+/ask/[^"]+|/ask/[^"]+)"', str(response.content))[1]
    )
    assert f"kind=tuition&offering={offering.public_id}" in link
    assert "transfer_credits=9" in link
    page = client.get(link)
    assert page.context["interest_form"] == form
    assert re.search(rf'value="{offering.public_id}"[^>]* checked', page.content.decode())


def test_school_without_a_tuition_form_is_asked_by_the_one_it_has(client):
    form = make_interest_form()
    offering = offer(form.institution)

    page = client.get(estimate(client, offering).context["ask_url"])

    assert page.context["interest_form"] == form


def test_whole_school_charges_help_where_the_price_is_unknown(client):
    fact = {"what": "tuition", "per": "year", "level": "graduate", "amount": 9000}
    facts = [fact | {"source": "IPEDS", "period": "2023-24"}]
    offering = offer(
        make_institution(published_tuition=facts), price_basis="", price=None, price_resident=None
    )

    text = words(estimate(client, offering))

    assert "What the school charges in general" in text
    assert "$9,000 IPEDS, 2023-24" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("transfer_credits=NaN", "College credits you bring along : Write a whole number"),
        ("transfer_credits=-1", "College credits you bring along : Write 0 or more."),
        ("transfer_credits=9999999999", "College credits you bring along : Write 500 or less."),
        ("credits_per_term=0", "Credits you want to take each term : Write 1 or more."),
        ("credits_per_term=inf", "Credits you want to take each term : Write a whole number"),
        ("state=ON", "Where you live : Choose from the answers listed."),
        ("military=navy", "Military service : Choose from the answers listed."),
    ],
)
def test_unusable_answer_is_named_and_nothing_estimated(client, query, said):
    response = estimate(client, offer(), query)

    assert response.status_code == 422
    assert said in words(response)
    assert response.context["estimate"] is None
    assert "$" not in words(response)


@pytest.mark.parametrize("status", ["retired", "draft"])
def test_offering_that_left_the_catalog_is_said_to_be_gone(client, status):
    response = estimate(client, offer(status=status), "state=CO&q=care")

    assert response.status_code == 404
    assert "This program is not offered here any more" in words(response)
    assert 'name="state" value="CO"' in response.content.decode()


@pytest.mark.parametrize("query", ["offering=42", "offering=%00", "x=" + "y" * 9_000])
def test_tampered_address_gets_clear_words(client, query):
    response = get(client, query)

    assert response.status_code in (400, 404)
    assert "What would it cost you?" in words(response)


def test_search_finds_programs_and_keeps_what_was_said(client):
    offering = offer(name="Master of Care")
    offer(name="Master of Business")

    response = get(client, "q=care&transfer_credits=6")

    assert [one.name for one in response.context["found"].programs] == ["Master of Care"]
    link = f"?offering={offering.public_id}&amp;transfer_credits=6"
    assert link in response.content.decode()


def test_search_can_stay_within_a_school(client):
    offering = offer()
    offer(name="Elsewhere")

    found = get(client, f"institution={offering.program.institution.slug}").context["found"]

    assert found.programs == [offering.program]


def test_search_that_finds_nothing_says_so(client):
    assert "Nothing found" in words(get(client, "q=astronomy"))


@pytest.mark.parametrize("count", [1, 3])
def test_search_needs_the_same_few_queries(client, django_assert_num_queries, count):
    for number in range(count):
        offer(name=f"Care {number}")

    with django_assert_num_queries(2):
        get(client, "q=care")


def test_estimate_needs_two_queries(client, django_assert_num_queries):
    offering = offer()

    with django_assert_num_queries(2):
        estimate(client, offering)


def test_answers_to_the_matching_go_along_and_lead_back(client):
    response = estimate(client, offer(), "interest_strategy=2&roles=chief&state=CO&gclid=x")

    content = response.content.decode()
    assert '<input type="hidden" name="interest_strategy" value="2">' in content
    assert "match/results/?interest_strategy=2&amp;roles=chief&amp;state=CO" in content
    assert 'name="gclid"' not in content


def test_other_ways_to_study_the_program_can_be_chosen(client):
    offering = offer()
    other = make_offering(program=offering.program, delivery="hybrid")

    content = estimate(client, offering).content.decode()

    assert re.search(rf'value="{offering.public_id}"[^>]* checked', content)
    assert re.search(rf'value="{other.public_id}"(?![^>]* checked)', content)


def test_page_sets_no_cookie(client):
    response = estimate(client, offer())

    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_results_and_program_page_lead_to_the_estimator(client):
    offering = offer()
    address = f"{reverse('hcprograms:tuition')}?offering={offering.public_id}"
    program = reverse(
        "hcprograms:program", args=[offering.program.institution.slug, offering.program.slug]
    )

    for page in (f"{reverse('hcprograms:match_results')}?state=CO", f"{program}?state=CO"):
        assert f'href="{address}&amp;state=CO"' in client.get(page).content.decode()
