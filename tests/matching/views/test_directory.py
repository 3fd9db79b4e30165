"""The directory's page: links, chips, words and queries."""

import html
import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import (
    make_campus,
    make_institution,
    make_intake,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False):
        yield


def visit(client, query=""):
    url = reverse("hcprograms:programs")
    return client.get(f"{url}?{query}" if query else url)


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def names(response):
    return [one.card.program.name for one in response.context["directory"].programs]


def group(response, key):
    return next(one for one in response.context["directory"].linked if one.key == key)


def choice(response, key, value):
    return next(one for one in group(response, key).choices if one.value == value)


@pytest.fixture
def schools():
    alpha = make_institution(name="Alpha", state="TX", is_fictional=False)
    beta = make_institution(name="Beta", state="CO", is_fictional=False)
    make_offering(program=make_program(institution=alpha, name="Art of Care"))
    make_offering(
        program=make_program(institution=beta, name="Billing", level="certificate"),
        delivery="campus",
    )
    make_offering(program=make_program(institution=beta, name="Health", award="MPH"))
    make_offering(program=make_program(institution=beta, name="Hidden", status="draft"))
    make_program(institution=beta, name="Without a way to study")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Art of Care", "Billing", "Health"]),
        ("q=care+art", ["Art of Care"]),
        ("q=beta", ["Billing", "Health"]),
        ("q=mph", ["Health"]),
        ("level=certificate", ["Billing"]),
        ("level=certificate&level=master", ["Art of Care", "Billing", "Health"]),
        ("delivery=online", ["Art of Care", "Health"]),
        ("state=TX", ["Art of Care"]),
        ("state=TX&level=certificate", []),
        ("sort=name&level=master&utm_source=mail", ["Art of Care", "Health"]),
    ],
)
def test_directory_narrows_by_what_the_address_says(client, schools, query, shown):
    response = visit(client, query)

    assert response.status_code == 200
    assert names(response) == shown


def test_counts_leave_out_the_own_selection_of_their_facet(client, schools):
    response = visit(client, "level=master&delivery=online")

    assert choice(response, "level", "certificate").programs == ""
    assert choice(response, "level", "master").programs == "2"
    assert choice(response, "delivery", "campus").programs == ""
    assert choice(visit(client, "level=master"), "level", "certificate").programs == "1"


def test_choice_links_to_itself_chosen_and_chip_to_itself_dropped(client, schools):
    content = visit(client, "level=master&state=CO&sort=name").content.decode()

    assert (
        'href="/programs/?level=master&amp;delivery=online&amp;state=CO&amp;sort=name"' in content
    )
    assert 'href="/programs/?state=CO&amp;sort=name"' in content
    assert 'aria-current="true"' in content


def test_forms_carry_what_was_chosen_by_links(client, schools):
    content = visit(client, "q=a&level=master&page=7").content.decode()

    assert content.count('<input type="hidden" name="level" value="master">') == 2
    assert content.count('<input type="hidden" name="q" value="a">') == 1
    assert 'name="page"' not in content


def test_choice_that_leaves_nothing_is_no_link(client, schools):
    content = visit(client, "state=TX").content.decode()

    assert "level=certificate" not in content
    assert '<span class="hcp-none"><span>Undergraduate certificate</span>' in content


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("level=wizard", "“wizard” cannot be chosen under “Level”, so it was left out."),
        ("start=2019-01", "“2019-01” cannot be chosen under “Next start”"),
        ("page=99", "There is no page 99; this is the last one."),
        ("page=two", "“two” cannot be chosen under “Page”"),
        ("sort=%00%ff", "cannot be chosen under “Order”"),
        ("level=%3Cscript%3Ealert(1)%3C/script%3E", "“<script>alert(1)</script>” cannot"),
        ("q=" + "wort+" * 20, "Only the first few words were searched for."),
        ("x=1&" * 900, "This address says more than anybody can choose"),
    ],
)
def test_bad_parameter_is_left_out_in_words(client, schools, query, said):
    response = visit(client, query)

    assert response.status_code == 200
    assert said in words(response)
    assert "<script>alert" not in response.content.decode()
    assert 'content="noindex, follow"' in response.content.decode()


def test_address_without_end_shows_everything_and_says_so(client, schools):
    response = visit(client, "q=" + "a" * 5_000)

    assert response.status_code == 400
    assert "This address is too long to be read" in words(response)
    assert len(names(response)) == 3


def test_nothing_found_says_what_to_do(client, schools):
    assert "0 programs No program has all of this." in words(visit(client, "q=nothing"))


def test_empty_catalog_says_so(client):
    assert "No school has published a program so far." in words(visit(client))


def test_pages_keep_what_was_searched(client):
    school = make_institution(name="Alpha")
    for number in range(21):
        make_offering(program=make_program(institution=school, name=f"Program {number:02}"))

    first, second = visit(client, "q=program"), visit(client, "q=program&page=2")

    assert 'rel="next" href="?q=program&amp;page=2"' in first.content.decode()
    assert 'rel="prev" href="?q=program"' in second.content.decode()
    assert names(second) == ["Program 20"]


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", "/programs/"),
        ("utm_source=mail", "/programs/"),
        ("level=master", "/programs/?level=master"),
        ("page=2", "/programs/?page=2"),
    ],
)
def test_indexed_page_has_one_address(client, schools, settings, query, canonical):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SITE_URL": "https://care.example"}
    for _number in range(20):
        make_offering()

    content = visit(client, query).content.decode()

    assert f'<link rel="canonical" href="https://care.example{canonical}">' in content
    assert "noindex" not in content


def test_search_engines_follow_single_facets_only(client, schools):
    plain, narrowed = visit(client), visit(client, "level=master")

    assert choice(plain, "level", "master").may_follow
    assert not choice(plain, "price", "unknown").may_follow
    assert not any(
        one.may_follow for group in narrowed.context["directory"].linked for one in group.choices
    )


def test_listed_program_says_price_time_start_place_and_claims(client):
    school = make_institution(city="Elsewhere", state="TX")
    offering = make_offering(
        program=make_program(institution=school),
        campus=make_campus(institution=school, city="Denver", state="CO"),
        price_basis="total",
        price=20_000,
        fees_total=500,
        duration_months=22,
    )
    make_intake(offering=offering, starts_on=date(2027, 1, 11))
    make_record(offering=offering, action="candidate")

    text = words(visit(client))

    assert "Master’s degree · Online · Denver, CO Candidate for accreditation by CAHME" in text
    assert "A candidate is not accredited." in text
    assert "$20,500 22 months starts Jan. 11, 2027" in text


def test_accreditation_is_chosen_in_the_words_of_the_claim(client):
    offering = make_offering()
    make_record(offering=offering, expires_on=date(2026, 12, 1))
    make_offering()

    now = visit(client, "accreditation=accredited-cahme")
    with time_machine.travel("2026-12-02T15:00:00Z", tick=False):
        after = visit(client, "accreditation=accredited-cahme")

    assert choice(now, "accreditation", "accredited-cahme").label == "Accredited by CAHME"
    assert len(names(now)) == 1
    assert "“accredited-cahme” cannot be chosen" in words(after)


def test_retired_role_cannot_be_chosen(client):
    program = make_offering().program
    make_role_mapping(program=program, role=make_role(title="Shown"))
    make_role_mapping(program=program, role=make_role(title="Retired", is_active=False))

    content = visit(client).content.decode()

    assert "Shown (1)" in content
    assert "Retired" not in content


def test_program_retired_since_is_not_listed(client, monkeypatch):
    first, second = make_offering(), make_offering()
    visit(client)
    monkeypatch.setattr("hcprograms.matching.engine.CHECK_SECONDS", 60)
    type(first.program).objects.filter(pk=first.program_id).update(status="retired")

    assert names(visit(client)) == [second.program.name]


def test_ticked_programs_go_to_the_comparison(client):
    offerings = [make_offering(), make_offering()]

    content = visit(client).content.decode()

    assert 'id="hcp-compare"' in content
    for one in offerings:
        assert f'form="hcp-compare" name="offering" value="{one.public_id}"' in content


@pytest.mark.parametrize("count", [1, 3])
def test_directory_needs_the_same_few_queries(
    client, django_assert_num_queries, monkeypatch, count
):
    for _number in range(count):
        offering = make_offering(campus=None)
        make_record(offering=offering)
        make_intake(offering=offering, starts_on=date(2027, 1, 11))
        make_role_mapping(program=offering.program, role=make_role())
    visit(client)

    with django_assert_num_queries(3):
        visit(client, "level=master&delivery=online&accreditation=accredited-cahme&q=m")


def test_directory_sets_no_cookie(client, schools):
    assert not visit(client).cookies
