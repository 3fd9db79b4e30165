"""What an applicant reads on the results, in the mail with them, and on the command line.

The order is the score; a reason has an answer behind it; what is not published does not fit.
"""

import html
import json
import re
from datetime import date
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.urls import reverse

from hcprograms.catalog.models.reference import InterestStatement, Track
from tests.factories import (
    make_institution,
    make_intake,
    make_interest_form,
    make_offering,
    make_program,
    make_role,
    make_role_mapping,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_catalog")]
DOUBT = {
    "delivery=online": {"delivery": ""},
    "state=OH": {"state_rule": ""},
    "country=GB": {"open_to_international": None},
    "max_months=24": {"duration_months": None},
    "budget_total=40000": {"price_basis": "", "price": None},
    "budget_total=40001": {"fees_total": None},
    "budget_total=25000": {"price_resident": 20_000},
}


def offer(school=None, *, name="Master of Care", starts=True, level="master", **fields):
    """A published offering of which everything is published, unless the fields say otherwise."""
    school = school or make_institution()
    values = {
        "price_basis": "total",
        "price": 30_000,
        "fees_total": 0,
        "duration_months": 24,
        "state_rule": "all",
        "open_to_international": True,
    }
    program = make_program(institution=school, name=name, award="", level=level)
    offering = make_offering(program=program, **values | fields)
    if starts:
        make_intake(offering=offering, starts_on=date(2027, 3, 1))
    return offering


def read_results(client, query=""):
    response = client.get(f"{reverse('hcprograms:match_results')}?{query}")
    assert response.status_code == 200
    return response.content.decode()


def words(content):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


def read_lists(content):
    """The titles with their percentages in the first list, and those of what may fit."""
    main = content.partition('id="hcp-near"')[0]
    first, _, second = main.partition('id="hcp-may"')
    card = re.compile(r'<article class="hcp-card hcp-result".*?</article>', re.DOTALL)
    return [
        [
            (
                words(re.search(r"<h[23][^>]*>(.*?)</h[23]>", one, re.DOTALL)[1]),
                int(found[1]) if (found := re.search(r"<strong>(\d+)%", one)) else None,
            )
            for one in card.findall(part)
        ]
        for part in (first, second)
    ]


def run_match(tmp_path, answers, *options):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(answers))
    out = StringIO()
    call_command("match", str(file), "--format", "json", *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def statements():
    for slug, track in (("strategy", Track.MANAGEMENT), ("records", Track.ADMINISTRATION)):
        InterestStatement.objects.create(slug=slug, text=f"I like {slug}.", track=track)


@pytest.fixture
def crowded():
    """One school with six of the best fits, and two schools with poorer ones."""
    zeta = make_institution(name="Zeta")
    for number in range(6):
        offer(zeta, name=f"Zeta {number}", price=10_000 + number)
    for name in ("Beta", "Gamma"):
        offer(make_institution(name=name), name=name, price=29_900, duration_months=36)


def test_page_is_in_the_order_of_the_percentages(client, crowded):
    content = read_results(client, "budget_total=30000&max_months=36")

    shown, _ = read_lists(content)
    percents = [percent for _, percent in shown]
    assert len(shown) == 8
    assert percents == sorted(percents, reverse=True)
    assert [title for title, _ in shown][:6] == [f"Zeta {number}" for number in range(6)]


@pytest.mark.parametrize("limit", [3, 5, 10])
def test_command_is_in_the_order_of_the_scores(tmp_path, crowded, limit):
    found = run_match(tmp_path, {"budget_total": 30_000, "max_months": 36}, "--limit", str(limit))[
        "matches"
    ]

    scores = [match["score"] for match in found]
    assert scores == sorted(scores, reverse=True)
    assert len({match["institution"] for match in found[: min(limit, 6)]}) == 1


def test_equal_scores_stand_by_the_name_of_the_program_and_the_page_says_so(client):
    for name, school in (("B", "One"), ("C", "Two"), ("A", "Two"), ("A", "One")):
        offer(make_institution(name=school), name=name)

    content = read_results(client, "max_months=36")

    assert [title for title, _ in read_lists(content)[0]] == ["A", "A", "B", "C"]
    schools = re.findall(r'class="hcp-eyebrow">(\w+)', content)
    assert schools[:2] == ["One", "Two"]
    assert "Equal scores are listed by the name of the program" in words(content)


def test_page_says_nothing_of_equal_scores_where_there_are_none(client):
    offer(name="A", duration_months=12)
    offer(name="B", duration_months=35)

    assert "Equal scores" not in words(read_results(client, "max_months=36"))


def test_no_step_from_where_a_person_is_who_did_not_say_where(client, statements):
    for level in ("associate", "bachelor", "master"):
        offer(name=level.title(), level=level)

    content = read_results(client, "interest_strategy=2&max_months=36")

    cards = [words(one) for one in re.findall(r"<article.*?</article>", content, re.DOTALL)]
    assert len(cards) == 3
    for text in cards:
        assert "next step" not in text.replace("The right next step", "")
        assert "From where you are" not in text
        assert "sensible step" not in text


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"interests": {"strategy": 2}},
        {"interests": {"records": 2, "strategy": -1}, "max_months": 30},
        {"max_months": 30},
        {"budget_total": 50_000, "state": "OH"},
        {"roles": ["chief"]},
        {"cahme": "preferred", "start_by": "2027-09"},
    ],
    ids=lambda answers: " ".join(answers) or "nothing",
)
def test_command_gives_no_score_for_what_was_not_answered(tmp_path, statements, answers):
    role = make_role(slug="chief")
    make_role_mapping(program=offer().program, role=role, strength="0.90")
    behind = {
        "role_fit": {"roles"},
        "track_fit": {"interests"},
        "level_fit": {"education"},
        "cost": {"budget_total"},
        "time": {"max_months"},
        "start": {"start_from", "start_by"},
        "accreditation": {"cahme"},
        "certification": {"interests"},
        "delivery": {"delivery", "state", "country"},
    }

    (match,) = run_match(tmp_path, answers)["matches"]

    scores = {reason["criterion"]: reason["score"] for reason in match["reasons"]}
    invented = [key for key in behind if scores[key] is not None and not behind[key] & {*answers}]
    assert set(scores) >= set(behind)
    assert invented == []
    known = [reason for reason in match["reasons"] if reason["score"] is not None]
    assert sum(reason["weight"] for reason in known) == pytest.approx(1)
    total = sum(reason["weight"] * reason["score"] for reason in known)
    assert match["score"] == pytest.approx(total)


def read_cards(content):
    for card in re.findall(r"<article.*?</article>", content, re.DOTALL):
        ticks = re.search(r'<ul class="hcp-plain hcp-ticks">(.*?)</ul>', card, re.DOTALL)
        ticked = [words(one) for one in re.findall(r"<li>(.*?)</li>", ticks[1])] if ticks else []
        why_not = re.search(r'class="hcp-why-not">(.*?)</p>', card, re.DOTALL)
        percent = re.search(r"<strong>(\d+)%", card)
        yield ticked, words(why_not[1]) if why_not else "", int(percent[1]) if percent else None


def test_a_fact_is_never_both_ticked_and_held_against_a_program(client, statements):
    clear = make_role(slug="clear", title="Clear")
    for number, track in enumerate(("1.0", "0.3", "0.1", "-0.9")):
        offering = offer(name=f"Program {number}", price=10_000 + 9_000 * number)
        make_role_mapping(program=offering.program, role=clear, strength="0.80")
        type(offering.program).objects.filter(pk=offering.program_id).update(track_position=track)

    content = read_results(
        client, "interest_strategy=2&interest_records=-2&education=bachelor&budget_total=38000"
    )

    cards = list(read_cards(content))
    assert len(cards) == 4
    assert any(why_not for _, why_not, _ in cards)
    for ticked, why_not, _ in cards:
        assert not [text for text in ticked if text in why_not]
        assert not [
            text
            for text in ticked
            if "clearly management" in text and "between" in text.partition("This program")[2]
        ]


def test_fact_that_costs_most_is_not_ticked_although_it_is_good(client):
    offer()

    ((ticked, why_not, percent),) = read_cards(
        read_results(client, "budget_total=30000&max_months=24")
    )

    assert percent < 95
    assert "About $30,000" in why_not
    assert ticked
    assert not any("About $30,000" in text for text in ticked)


def test_what_fits_to_95_percent_has_no_why_not_higher(client):
    offer(name="Nearly all", duration_months=29)
    offer(name="Less", duration_months=36, price=38_000)

    cards = list(read_cards(read_results(client, "max_months=36&budget_total=40000")))

    best, other = cards
    assert best[2] >= 95 > other[2]
    assert best[1] == ""
    assert "Why not higher?" in other[1]
    assert "99%" not in other[1]


def test_sentences_rated_in_between_are_an_answer(tmp_path, statements):
    offer()

    (match,) = run_match(tmp_path, {"interests": {"strategy": 0, "records": 0}})["matches"]

    reason = next(each for each in match["reasons"] if each["criterion"] == "track_fit")
    assert "did not rate" not in reason["text"]
    assert "rated no" not in reason["text"]


@pytest.mark.parametrize(("query", "fields"), DOUBT.items(), ids=str)
def test_page_counts_as_fitting_only_what_is_known_to_fit(client, query, fields):
    offer(name="Known")
    offer(name="Silent", **fields)
    if "25000" in query:
        offer(name="Cheap", price=20_000)

    content = read_results(client, query)

    fits, may_fit = read_lists(content)
    assert "Silent" not in [title for title, _ in fits]
    assert [title for title, _ in may_fit] == ["Silent"]
    if "25000" not in query:
        assert "1 program meets everything you asked for" in words(content)
    assert "1 more program may fit" in words(content)


def test_page_keeps_starts_that_are_not_published_apart(client):
    offer(name="Known")
    offer(name="Silent", starts=False)

    fits, may_fit = read_lists(read_results(client, "start_by=2027-12"))

    assert ([title for title, _ in fits], [title for title, _ in may_fit]) == (
        ["Known"],
        ["Silent"],
    )


def test_card_names_once_what_is_not_published_and_how_to_ask(client):
    school = make_institution()
    form = make_interest_form(institution=school)
    silent = offer(school, price_basis="", price=None, duration_months=None)

    content = read_results(client, "budget_total=20000&max_months=24")

    card = re.search(r"<article.*?</article>", content, re.DOTALL)[0]
    line = re.search(r'<p class="hcp-notice hcp-open">(.*?)</p>', card, re.DOTALL)[1]
    assert "how long it takes" in words(line)
    assert "costs you" in words(line)
    assert f"/ask/{form.institution.slug}/?offering={silent.public_id}" in html.unescape(line)
    assert words(card).count("Not published") == 1


def test_program_of_which_only_subject_and_level_are_known_gets_no_percentage(client):
    blank = {"delivery": "", "price_basis": "", "price": None, "duration_months": None}
    offer(name="Silent", starts=False, state_rule="", **blank)
    offer(name="Known")

    fits, may_fit = read_lists(read_results(client, "education=bachelor&max_months=24"))

    assert [(title, percent is None) for title, percent in fits] == [("Known", False)]
    assert may_fit == [("Silent", None)]
    assert ("Silent", None) in read_lists(read_results(client, "education=bachelor"))[0]


def test_page_counts_programs_not_ways_to_study(client):
    program = offer(name="Two ways").program
    make_offering(program=program, delivery="campus", duration_months=24)
    make_offering(program=program, delivery="hybrid")

    text = words(read_results(client, "max_months=24"))

    assert "1 program meets everything you asked for" in text
    assert "With 2 ways to study" in text
    assert "Other ways to study that may fit" in text
    assert "more program" not in text


def test_page_without_a_known_fit_still_shows_what_may(client):
    for number in range(12):
        offer(name=f"Silent {number:02}", delivery="")

    content = read_results(client, "delivery=online")

    assert "No program is known to meet everything you asked for" in words(content)
    assert "12 programs may fit" in words(content)
    assert len(read_lists(content)[1]) == 10
    more = html.unescape(re.search(r'href="\?([^"]+)">Show more programs', content)[1])
    assert len(read_lists(read_results(client, more))[1]) == 12


def test_command_keeps_what_may_fit_apart_and_its_counts_add_up(tmp_path):
    offer(name="Known")
    offer(name="Silent", price_basis="", price=None)
    offer(name="Dear", price=90_000)

    found = run_match(tmp_path, {"budget_total": 40_000})

    assert [match["program"] for match in found["matches"]] == ["Known"]
    assert [(match["program"], match["unknown_musts"]) for match in found["may_fit"]] == [
        ("Silent", ["budget_total"])
    ]
    assert found["passed"] + found["may_fit_count"] + found["excluded"] == found["considered"] == 3
    assert [(miss["program"], miss["failed"]) for miss in found["near_misses"]] == [
        ("Dear", "budget_total")
    ]


def test_what_publishes_no_price_is_not_one_change_away(client, tmp_path):
    offer(name="Certificate", level="certificate", price_basis="", price=None)
    offer(name="Doctorate", level="doctorate")

    found = run_match(tmp_path, {"levels": ["doctorate"], "budget_total": 100})

    assert [miss["program"] for miss in found["near_misses"]] == ["Doctorate"]
    near = read_results(client, "levels=doctorate&budget_total=100").partition('id="hcp-near"')[2]
    assert "Doctorate" in near
    assert "Certificate" not in near


def test_scores_of_any_answers_go_down_in_both_lists(tmp_path):
    for number in range(15):
        offer(
            name=f"P{number}",
            price=10_000 + 1_500 * number,
            duration_months=None if number % 3 else 12 + number,
        )

    found = run_match(tmp_path, {"budget_total": 34_000, "max_months": 30}, "--limit", "50")

    assert (len(found["matches"]), len(found["may_fit"])) == (5, 10)
    for key in ("matches", "may_fit"):
        scores = [match["score"] for match in found[key]]
        assert all(first >= second for first, second in pairwise(scores))


def test_card_says_one_thing_of_the_place_of_a_program_and_of_the_answers(client, statements):
    for number in range(-20, 21):
        program = offer(name=f"Program {number}").program
        make_role_mapping(program=program, role=make_role(), strength="0.80")
        type(program).objects.filter(pk=program.pk).update(track_position=f"{number / 20:.2f}")

    for answers in ("interest_strategy=1", "interest_strategy=2&interest_records=-2"):
        content = read_results(client, f"{answers}&show=50")
        cards = [words(one) for one in re.findall(r"<article.*?</article>", content, re.DOTALL)]
        assert len(cards) == 41
        for text in cards:
            assert len(set(re.findall(r"This program: ([^.]+)\.", text))) == 1
            own = re.findall(r"Your (?:interests|answers): ([^.]+)\.", text)
            assert len(own) >= 2
            assert len(set(own)) == 1


def test_usual_next_step_is_never_held_against_a_program(client):
    for level in ("certificate", "associate", "bachelor"):
        offer(name=level.title(), level=level)

    for education in ("high_school", "some_college", "associate"):
        cards = list(read_cards(read_results(client, f"education={education}")))
        assert any(why_not for _, why_not, _ in cards)
        assert not [why_not for _, why_not, _ in cards if "usual next step" in why_not]
