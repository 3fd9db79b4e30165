"""What must hold for any answers and any catalog (issue: metamorphic properties)."""

import math
import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.catalog.tuition import Price, estimate_cost
from hcprograms.conf import BUILT_IN_CRITERIA
from hcprograms.matching.answers import Answers
from hcprograms.matching.costs import Payer, estimate_costs
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.judging import make_judge
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.wishes import highest_month, lowest_month, make_wishes
from hcprograms.matching.words import DELIVERIES, EDUCATIONS, LEVELS
from tests.matching.catalogs import STATES, TODAY, catalog, offering
from tests.matching.strategies import all_answers, offerings

FEW = settings(max_examples=30, deadline=None)
CATALOGS = st.lists(offerings(), min_size=1, max_size=8)
EVERYTHING = 1000


def rank(answers, columns, **options):
    return rank_offerings(answers, columns, today=TODAY, limit=EVERYTHING, **options)


def passing(answers, columns):
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

    before = {match.offering.row: match.score for match in rank(answers, catalog(*facts)).matches}
    after = {
        shuffled[match.offering.row][0]: match.score
        for match in rank(answers, catalog(*renamed)).matches
    }

    assert after == before


@FEW
@given(CATALOGS, all_answers(), st.randoms(use_true_random=False))
def test_order_of_insertion_never_changes_the_order_shown(facts, answers, chance):
    facts = [each | {"slug": f"program-{row}"} for row, each in enumerate(facts)]
    shuffled = random.Random(chance.random()).sample(facts, len(facts))

    orders = [
        [match.offering.program_slug for match in rank(answers, catalog(*some)).matches]
        for some in (facts, shuffled)
    ]

    assert orders[0] == orders[1]


@FEW
@given(CATALOGS, all_answers())
def test_the_total_is_the_sum_of_what_is_shown(facts, answers):
    for match in rank(answers, catalog(*facts)).matches:
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
    matches = rank(replace(answers, institution="alpha"), columns).matches
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
        assert miss.offering.row in passing(changed, columns)
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

    assert len(passing(answers, catalog(*(each | blank for each in facts)))) == len(facts)


@given(
    CATALOGS,
    st.none() | st.integers(0, len(STATES) - 1),
    st.booleans(),
    st.booleans(),
    st.integers(0, 90),
)
@settings(max_examples=100, deadline=None)
def test_columns_and_the_estimator_agree_on_every_cost(facts, state, abroad, military, transfer):
    columns = catalog(*facts)
    payer = Payer(
        state=None if abroad else state, abroad=abroad, military=military, transfer_credits=transfer
    )
    wishes = replace(make_wishes(answers=Answers(), columns=columns, today=TODAY), payer=payer)

    total, lowest = estimate_costs(columns=columns, index=slice(None), payer=payer)

    for row in range(len(facts)):
        estimate = OneOffering(columns, row, wishes).estimate
        assert total[row] == (-1 if estimate.total is None else estimate.total)
        assert lowest[row] == (-1 if estimate.lowest is None else estimate.lowest)


_MONEY = st.none() | st.decimals(0, 2_000_000, places=2)


@given(
    price=st.builds(
        Price,
        basis=st.sampled_from(["", "credit", "term", "total"]),
        standard=_MONEY,
        resident=_MONEY,
        military=_MONEY,
        fees=_MONEY,
        credits=st.none() | st.decimals("0.1", 400, places=1),
        max_transfer=st.none() | st.decimals(0, 400, places=1),
        terms=st.none() | st.integers(1, 40),
    ),
    resident=st.none() | st.booleans(),
    military=st.booleans(),
    transfer=st.integers(0, 500),
)
def test_an_estimate_is_never_negative_and_never_less_than_its_parts(
    price, resident, military, transfer
):
    estimate = estimate_cost(
        price=price, resident=resident, military=military, transfer_credits=transfer
    )
    more = estimate_cost(
        price=price, resident=resident, military=military, transfer_credits=transfer + 3
    )

    assert (estimate.total is None) == (estimate.lowest is None)
    if estimate.total is not None and estimate.lowest is not None:
        assert 0 <= estimate.lowest <= estimate.total
        assert (estimate.fees or 0) <= estimate.total
        assert more.total is not None
        assert more.total <= estimate.total


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_lowest_and_highest_month_are_those_of_the_bits(values):
    bits = np.asarray(values, dtype=np.uint64)

    for number, low, high in zip(values, lowest_month(bits), highest_month(bits), strict=True):
        if number == 0:
            assert math.isnan(low)
            assert math.isnan(high)
        else:
            assert (low, high) == ((number & -number).bit_length() - 1, number.bit_length() - 1)


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


def test_weights_from_the_settings_are_renormalised():
    columns = catalog(offering(), offering(name="B", level="bachelor"))
    answers = Answers(education="high_school", levels=("bachelor",), max_months=24)

    judge = make_judge(answers, columns, today=TODAY, weights={"time": 3.0, "level_fit": 1.0})

    assert sum(judge.weights) == pytest.approx(1)
    by_key = dict(zip((each.key for each in judge.criteria), judge.weights, strict=True))
    assert by_key["time"] == pytest.approx(3 * by_key["level_fit"])


@FEW
@given(offerings(), all_answers())
def test_every_criterion_names_its_inputs(facts, answers):
    columns = catalog(facts)
    one = OneOffering(columns, 0, make_wishes(answers=answers, columns=columns, today=TODAY))

    assert all(each.inputs(one.wishes, one) for each in CRITERIA)


def test_the_keys_of_the_criteria_are_known_without_loading_them():
    assert tuple(each.key for each in CRITERIA) == BUILT_IN_CRITERIA


def test_default_weights_sum_to_one():
    assert sum(each.weight for each in CRITERIA) == pytest.approx(1)


def test_prices_of_two_decimals_are_exact():
    price = Price(basis="credit", standard=Decimal("0.29"), credits=Decimal("100.0"))

    estimate = estimate_cost(price=price, resident=False, military=False, transfer_credits=0)

    assert estimate.total == 29
