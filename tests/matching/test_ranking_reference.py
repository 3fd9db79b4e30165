"""The quick ranking gives what the plain one gives: one offering after the other, nothing left out.

The reference below is slow and simple on purpose. It asks the same criteria and constraints, but
about a single offering at a time, and sorts everything.
"""

import random

import numpy as np
import pytest
from hypothesis import given, settings

from hcprograms.matching.answers import DELIVERIES, LEVELS, Answers
from hcprograms.matching.constraints import CONSTRAINTS, change_answer
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.profile import build_profile
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.scoring import weigh_criteria
from hcprograms.matching.snapshot.offering import read_offering
from tests.matching.catalogs import ROLE, STATEMENTS, STATES, TODAY, catalog, offering
from tests.matching.strategies import all_answers
from tests.matching.test_ranking_properties import CATALOGS

ALL = 10_000


def plain_ranking(answers, columns, *, limit):
    """Rows and totals of both lists in order, and (row, key, value) of every near miss in order.

    Both lists are sorted by the total alone; what is not known to fit is in the second.
    """
    profile = build_profile(answers, columns, today=TODAY)
    failing = [plain_failing(profile, columns, row) for row in range(len(columns))]
    totals = [plain_total(profile, columns, row) for row in range(len(columns))]
    tie = columns.tie.tolist()
    unknown = [plain_unknown(profile, columns, row) for row in range(len(columns))]
    passing = [row for row, failed in enumerate(failing) if not failed]
    order = sorted(passing, key=lambda row: (-round(totals[row], 12), tie[row]))
    near = []
    for row, failed in enumerate(failing):
        if len(failed) == 1 and not unknown[row]:
            miss = plain_near_miss(profile, columns, failed[0], row)
            if miss is not None:
                away, *rest = miss
                near.append((away, -round(totals[row], 12), tie[row], *rest))
    lists = [[row for row in order if bool(unknown[row]) is in_doubt] for in_doubt in (False, True)]
    return (
        *([(row, totals[row]) for row in rows[:limit]] for rows in lists),
        [each[3:] for each in sorted(near)],
    )


def plain_failing(profile, columns, row):
    """The constraints that this row fails."""
    checked = [(each, each.check(profile, columns, np.asarray([row]))) for each in CONSTRAINTS]
    return [each for each, result in checked if result is not None and result.fails[0]]


def plain_unknown(profile, columns, row):
    """The keys of the answers that the published facts of this row do not settle."""
    one, answers = read_offering(profile, columns, row), profile.answers
    budget, estimate = answers.budget_total, one.estimate
    is_dollars = columns.currency[row] == 0
    in_doubt = {
        "delivery": answers.delivery and set(answers.delivery) != set(DELIVERIES)
        and not one.delivery,
        "state": answers.state and one.states is None,
        "country": profile.country is not None  # numbers of countries begin with 0
        and columns.international[row] == 0
        and columns.country[row] != profile.country,
        "max_months": answers.max_months and one.months is None,
        "start": (answers.start_from or answers.start_by) and not one.open_intakes,
        "budget_total": budget is not None
        and (
            estimate.total is None
            or not is_dollars
            or estimate.fees is None
            or estimate.lowest <= budget < estimate.total
        ),
    }  # fmt: skip
    return {key for key, is_unknown in in_doubt.items() if is_unknown}


def plain_total(profile, columns, row):
    """The weighted mean of what the criteria say of one row."""
    found = [each.score(profile, columns, np.asarray([row])) for each in CRITERIA]
    scores = [None if score is None else float(score[0]) for score in found]
    facts = next(n for n, each in enumerate(CRITERIA) if each.key == "facts")
    asked = [
        score
        for score, each in zip(scores, CRITERIA, strict=True)
        if score is not None and each.counts_as_fact and each.key != "facts"
    ]
    if asked:
        scores[facts] = sum(score == score for score in asked) / len(asked)
    known = [
        (weight, score)
        for (_each, weight, _label), score in zip(weigh_criteria(CRITERIA, {}), scores, strict=True)
        if score is not None and score == score
    ]
    used = sum(weight for weight, _ in known)
    return sum(weight * score for weight, score in known) / used if used else 0.0


def plain_near_miss(profile, columns, constraint, row):
    """The size of the change, the row, the key and its new value; None if that would not help."""
    one = read_offering(profile, columns, row)
    needs = constraint.needs(profile, one)
    if needs is None:
        return None
    key = constraint.failed_key(profile, one)
    other = build_profile(change_answer(profile.answers, key, needs), columns, today=TODAY)
    if plain_failing(other, columns, row) or plain_unknown(other, columns, row):
        return None
    away = constraint.distance(profile, columns, np.asarray([row]))[0]
    return round(float(away), 12), row, key, needs


def quick_ranking(answers, columns, *, limit, near_limit):
    ranking = rank_offerings(answers, columns, today=TODAY, limit=limit, near_limit=near_limit)
    return (
        [(match.offering.row, match.score) for match in ranking.matches],
        [(match.offering.row, match.score) for match in ranking.may_fit],
        [(miss.offering.row, miss.failed, miss.needs) for miss in ranking.near_misses],
    )


def assert_same(quick, plain):
    for found, wanted in zip(quick[:2], plain[:2], strict=True):
        assert [row for row, _ in found] == [row for row, _ in wanted]
        assert [score for _, score in found] == pytest.approx([score for _, score in wanted])
    assert quick[2] == plain[2][: len(quick[2])]


@settings(max_examples=60, deadline=None)
@given(CATALOGS, all_answers())
def test_any_answers_give_what_the_plain_ranking_gives(facts, answers):
    columns = catalog(*facts)

    quick = quick_ranking(answers, columns, limit=ALL, near_limit=ALL)
    plain = plain_ranking(answers, columns, limit=ALL)

    assert_same(quick, plain)
    assert len(quick[2]) == len(plain[2])


def draw_offering(chance, number):
    basis = chance.choice(["", "credit", "term", "total", "total"])
    return offering(
        name=f"P{number}",
        school=f"school-{chance.randrange(40)}",
        level=chance.choice(LEVELS),
        delivery=chance.choice([*DELIVERIES, ""]),
        state_rule=chance.choice(["all", "only", ""]),
        states=tuple(chance.sample(STATES, 2)),
        state=chance.choice([*STATES, ""]),
        months=chance.choice([None, 8, 12, 18, 24, 36]),
        price_basis=basis,
        price={"": None, "credit": 400, "term": 3_000}.get(basis, chance.randrange(1_000, 60_000)),
        credits=chance.choice([None, 30, 60]),
        terms=chance.choice([None, 4]),
        starts=chance.choice([(), (TODAY.replace(year=2027, month=chance.randint(1, 12)),)]),
        track=chance.choice([None, chance.uniform(-1, 1)]),
        roles={
            role: (chance.randint(1, 20) / 20, chance.choice(["declared", "inferred"]))
            for role in chance.sample(sorted(ROLE), chance.randint(0, 2))
        },
        cahme=chance.choice(["", "", "accredited", "candidate"]),
        certified=chance.randint(0, 3),
    )


WIDE = [
    Answers(),
    Answers(budget_total=70_000),
    Answers(max_months=60, cahme="preferred"),
    Answers(roles=("office-manager", "hospital-administrator"), max_months=36),
    Answers(interests=tuple((slug, 2 * end) for slug, end in sorted(STATEMENTS.items()))),
    Answers(education="master", interests=(("billing", 2), ("policy", 1)), budget_total=40_000),
    Answers(education="bachelor", roles=("executive-director",), state="TX", budget_total=20_000),
    Answers(institution="school-3", roles=("office-manager",)),
    Answers(start_from="2027-01", start_by="2027-12", delivery=("online", "hybrid")),
]


@pytest.fixture(scope="module")
def large():
    chance = random.Random(4)
    return catalog(*(draw_offering(chance, number) for number in range(400)))


@pytest.mark.parametrize("answers", WIDE, ids=lambda each: " ".join(each.as_dict()) or "nothing")
def test_a_large_catalog_gives_what_the_plain_ranking_gives(large, answers):
    quick = quick_ranking(answers, large, limit=10, near_limit=5)

    assert_same(quick, plain_ranking(answers, large, limit=10))
