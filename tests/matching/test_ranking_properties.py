"""What must hold for any answers and any catalog (issue: metamorphic properties)."""

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.matching.answers import DELIVERIES, EDUCATIONS, LEVELS, Answers
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.eligibility import check_eligibility
from hcprograms.matching.profile import build_profile
from hcprograms.matching.ranking import rank_offerings
from tests.matching.catalogs import STATES, TODAY, catalog, offering
from tests.matching.strategies import all_answers, offerings

FEW = settings(max_examples=30, deadline=None)
CATALOGS = st.lists(offerings(), min_size=1, max_size=8)
EVERYTHING = 1000


def rank(answers, columns, **options):
    return rank_offerings(answers, columns, today=TODAY, limit=EVERYTHING, **options)


def passing(answers, columns):
    """The rows that fail nothing."""
    found = rank(answers, columns)
    return {match.offering.row for match in (*found.matches, *found.may_fit)}


def fitting(answers, columns):
    """The rows that are known to meet everything."""
    return {match.offering.row for match in rank(answers, columns).matches}


@FEW
@given(CATALOGS, all_answers(), st.data())
def test_a_wider_answer_never_removes_an_offering(facts, answers, data):
    columns = catalog(*facts)
    wider = data.draw(st.sampled_from(list(widenings(answers))))

    assert passing(answers, columns) <= passing(wider, columns)


def widenings(answers):
    """Answers that ask for less."""
    for key in ("levels", "delivery", "roles", "interests"):
        yield replace(answers, **{key: ()})
    for key in ("start_from", "start_by", "budget_total", "max_months", "institution", "education"):
        yield replace(answers, **{key: None})
    yield replace(answers, cahme="preferred")
    yield replace(answers, transfer_credits=answers.transfer_credits + 10)
    yield replace(answers, military="veteran")
    if answers.delivery:
        yield replace(answers, delivery=DELIVERIES)
    if answers.levels:
        yield replace(answers, levels=LEVELS)
    if answers.budget_total is not None:
        yield replace(answers, budget_total=answers.budget_total + 5_000)
    if answers.max_months is not None:
        yield replace(answers, max_months=answers.max_months + 6)
    if answers.education:
        more = EDUCATIONS[min(5, EDUCATIONS.index(answers.education) + 1)]
        yield replace(answers, education=more)
    if answers.start_by:
        yield replace(answers, start_by="2030-01")
    if answers.start_from:
        yield replace(answers, start_from="2026-11")


@FEW
@given(offerings(), all_answers(), st.sampled_from(STATES))
def test_an_offering_open_to_one_more_state_is_never_removed_by_it(facts, answers, state):
    facts = facts | {"state_rule": "only"}
    wider = facts | {"states": (*facts["states"], state)}

    assert passing(answers, catalog(facts)) <= passing(answers, catalog(wider))


@FEW
@given(CATALOGS, all_answers(), st.randoms(use_true_random=False))
def test_order_of_insertion_names_and_ids_never_change_a_score(facts, answers, chance):
    shuffled = list(enumerate(facts))
    chance.shuffle(shuffled)
    renamed = [
        each
        | {"school": f"zz-{each['school']}", "name": f"Zz {row}", "slug": f"zz-{chance.random()}"}
        for row, each in shuffled
    ]
    answers = replace(answers, institution=None)

    first, second = rank(answers, catalog(*facts)), rank(answers, catalog(*renamed))
    for before, after in ((first.matches, second.matches), (first.may_fit, second.may_fit)):
        scores = {match.offering.row: match.score for match in before}
        assert {shuffled[match.offering.row][0]: match.score for match in after} == scores


@FEW
@given(CATALOGS, all_answers(), st.randoms(use_true_random=False))
def test_order_of_insertion_never_changes_the_order_shown(facts, answers, chance):
    facts = [each | {"slug": f"program-{row}"} for row, each in enumerate(facts)]
    shuffled = random.Random(chance.random()).sample(facts, len(facts))

    orders = [
        [
            [match.offering.program_slug for match in shown]
            for found in [rank(answers, catalog(*some))]
            for shown in (found.matches, found.may_fit)
        ]
        for some in (facts, shuffled)
    ]

    assert orders[0] == orders[1]


@FEW
@given(CATALOGS, all_answers())
def test_the_total_is_the_sum_of_what_is_shown(facts, answers):
    found = rank(answers, catalog(*facts))
    for match in (*found.matches, *found.may_fit):
        parts = [reason.as_dict() for reason in match.reasons]
        known = [part for part in parts if part["score"] is not None]

        assert match.score == pytest.approx(
            sum(part["score"] * part["weight"] for part in known), abs=1e-12
        )
        assert sum(part["weight"] for part in known) == pytest.approx(1)
        assert all(part["weight"] == 0 for part in parts if part["score"] is None)
        assert all(0 <= part["score"] <= 1 for part in known)
        assert {part["criterion"] for part in parts} == {each.key for each in CRITERIA}
        assert all(part["text"] for part in parts)


@FEW
@given(CATALOGS, all_answers())
def test_one_at_least_as_good_on_every_criterion_never_ranks_lower(facts, answers):
    columns = catalog(*(each | {"school": "alpha"} for each in facts if each["country"] == "US"))
    found = rank(replace(answers, institution="alpha"), columns)
    for matches in (found.matches, found.may_fit):
        scores = [{each.criterion.key: each.score for each in match.reasons} for match in matches]
        for place, lower in enumerate(scores):
            for higher in scores[:place]:
                same = all((lower[key] is None) == (higher[key] is None) for key in lower)
                better = same and all(
                    lower[key] >= higher[key] for key in lower if lower[key] is not None
                )
                assert not better or lower == higher


@FEW
@given(CATALOGS, all_answers())
def test_applying_a_near_misss_change_puts_it_in_the_results(facts, answers):
    columns = catalog(*facts)

    for miss in rank(answers, columns, near_limit=EVERYTHING).near_misses:
        needs = tuple(miss.needs) if isinstance(miss.needs, list) else miss.needs
        changed = replace(answers, **{miss.failed: needs})

        assert miss.offering.row not in passing(answers, columns)
        assert miss.offering.row in fitting(changed, columns)
        assert (
            changed.start_from is None
            or changed.start_by is None
            or (changed.start_from <= changed.start_by)
        )
        assert miss.text


@FEW
@given(CATALOGS, all_answers())
def test_near_misses_come_in_the_order_of_their_change(facts, answers):
    misses = rank(answers, catalog(*facts), near_limit=EVERYTHING).near_misses

    assert [miss.distance for miss in misses] == sorted(miss.distance for miss in misses)


@FEW
@given(CATALOGS, all_answers())
def test_both_lists_are_sorted_by_their_score_alone(facts, answers):
    found = rank(answers, catalog(*facts))

    for matches in (found.matches, found.may_fit):
        scores = [match.score for match in matches]
        assert scores == sorted(scores, reverse=True)


@FEW
@given(CATALOGS, all_answers())
def test_the_counts_add_up(facts, answers):
    columns = catalog(*facts)
    profile = build_profile(answers, columns, today=TODAY)
    out = np.flatnonzero(check_eligibility(profile, columns).failed)

    found = rank(answers, columns)

    assert (len(found.matches), len(found.may_fit)) == (found.passed, found.may_fit_count)
    assert found.passed + found.may_fit_count + len(out) == found.considered == len(facts)
    assert found.excluded == len(out)
    programs = {columns.program[match.offering.row] for match in found.matches}
    others = {columns.program[match.offering.row] for match in found.may_fit} - programs
    assert (found.programs_passed, found.programs_may_fit) == (len(programs), len(others))


ANSWER_BEHIND = {
    "role_fit": lambda answers: answers.roles,
    "track_fit": lambda answers: answers.interests,
    "level_fit": lambda answers: answers.education,
    "cost": lambda answers: answers.budget_total is not None,
    "time": lambda answers: answers.max_months,
    "start": lambda answers: answers.start_from or answers.start_by,
    "accreditation": lambda answers: answers.cahme != "any",
    "certification": lambda answers: answers.interests,
    "delivery": lambda answers: answers.delivery or answers.state or answers.country,
}


@settings(max_examples=150, deadline=None)
@given(CATALOGS, all_answers())
def test_every_reason_has_an_answer_behind_it(facts, answers):
    found = rank(answers, catalog(*facts), near_limit=EVERYTHING)

    for match in (*found.matches, *found.may_fit, *(miss.match for miss in found.near_misses)):
        for reason in match.reasons:
            if reason.score is None:
                assert reason.mark == ""
            elif reason.criterion.key in ANSWER_BEHIND:
                assert ANSWER_BEHIND[reason.criterion.key](answers), reason.text
            else:
                assert not re.search(r"\byour?\b", reason.text, re.IGNORECASE), reason.text


@settings(max_examples=150, deadline=None)
@given(CATALOGS, all_answers())
def test_nothing_is_both_praised_and_held_against_a_match(facts, answers):
    found = rank(answers, catalog(*facts))

    for match in (*found.matches, *found.may_fit):
        weakest = match.why_not_higher
        assert weakest not in match.strengths
        assert weakest is None or (match.percent < 95 and weakest.score < 0.95)
        assert all(each.score >= 0.8 for each in match.strengths)


@FEW
@given(CATALOGS, all_answers())
def test_unknown_is_not_no(facts, answers):
    """An offering of which only the level is published passes all but CAHME, level and school."""
    blank = {
        "delivery": "",
        "state_rule": "",
        "open_to_international": None,
        "months": None,
        "price_basis": "",
        "starts": (),
    }
    answers = replace(answers, cahme="any", education=None, levels=(), institution=None)

    columns = catalog(*(each | blank for each in facts))

    assert len(passing(answers, columns)) == len(facts)


ASKED = [
    ({"delivery": ("online",)}, {"delivery": ""}, "delivery"),
    ({"state": "TX"}, {"state_rule": ""}, "state"),
    ({"country": "GB"}, {"open_to_international": None}, "country"),
    ({"max_months": 24}, {"months": None}, "max_months"),
    ({"budget_total": 50_000}, {"price": None, "price_basis": ""}, "budget_total"),
    ({"budget_total": 50_000}, {"fees": None}, "budget_total"),
    ({"budget_total": 50_000}, {"currency": "GBP"}, "budget_total"),
    ({"budget_total": 25_000}, {"price_resident": 20_000}, "budget_total"),
    ({"start_by": "2027-06"}, {"starts": ()}, "start_by"),
    ({"start_from": "2027-01"}, {"starts": ()}, "start_from"),
]


@pytest.mark.parametrize(("asked", "facts", "key"), ASKED, ids=lambda value: str(value))
def test_unknown_is_not_yes(asked, facts, key):
    answers = Answers(**asked)

    ranking = rank(answers, catalog(offering(name="Silent", **facts), offering(name="Known")))

    assert "Silent" not in [match.offering.program_name for match in ranking.matches]
    assert [match.unknown_musts for match in ranking.may_fit] == [(key,)]
    assert (ranking.passed + ranking.excluded, ranking.may_fit_count) == (1, 1)


@pytest.mark.parametrize(("asked", "facts", "key"), ASKED, ids=lambda value: str(value))
def test_what_does_not_publish_what_was_asked_is_not_one_change_away(asked, facts, key):
    answers = Answers(levels=("doctorate",), **asked)

    ranking = rank(answers, catalog(offering(name="Silent", **facts)))

    assert ranking.near_misses == []


def test_every_answer_changes_some_result():
    rich = [
        offering(name="A", price=20_000, price_military=15_000, months=12, cahme="accredited"),
        offering(name="B", school="beta", delivery="campus", state_rule="only", states=("TX",)),
        offering(
            name="C", level="bachelor", track=-0.8, roles={"office-manager": (0.9, "declared")}
        ),
        offering(name="D", price_basis="credit", price=500, credits=60, max_transfer=30),
        offering(name="E", open_to_international=False, starts=(TODAY.replace(year=2027),)),
    ]
    columns = catalog(*rich)
    told = {
        "education": "high_school",
        "levels": ("bachelor",),
        "interests": (("billing", 2),),
        "roles": ("office-manager",),
        "country": "GB",
        "state": "CO",
        "delivery": ("campus",),
        "start_from": "2027-10",
        "start_by": "2027-05",
        "budget_total": 25_000,
        "max_months": 12,
        "cahme": "required",
        "military": "veteran",
        "transfer_credits": 20,
        "institution": "beta",
    }
    assert set(told) == set(Answers.__dataclass_fields__)
    silent = rank(Answers(), columns).as_dict()

    for key, value in told.items():
        assert rank(replace(Answers(), **{key: value}), columns).as_dict() != silent, key
