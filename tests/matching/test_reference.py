"""The quick ranking gives what the plain one gives: one offering after the other, nothing left out.

The reference below is slow and simple on purpose. It asks the same criteria and constraints, but
about a single offering at a time, and sorts everything.
"""

import random

import numpy as np
import pytest
from hypothesis import given, settings

from hcprograms.matching import pruning
from hcprograms.matching.answers import Answers
from hcprograms.matching.constraints import changed, failed_key
from hcprograms.matching.judging import make_judge
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.pruning import find_candidates
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.sorting_out import failing_constraints, sort_out
from hcprograms.matching.wishes import Rows, make_wishes
from hcprograms.matching.words import DELIVERIES, LEVELS
from tests.matching.catalogs import ROLE, STATEMENTS, STATES, TODAY, catalog, offering
from tests.matching.strategies import all_answers
from tests.matching.test_properties import CATALOGS

ALL = 10_000


def plain_ranking(answers, columns, *, limit):
    """Rows and totals of both lists in order, and (row, key, value) of every near miss in order.

    Both lists are sorted by the total alone; what is not known to fit is in the second.
    """
    judge = make_judge(answers, columns, today=TODAY)
    failing = [failing_constraints(judge.wishes, columns, row) for row in range(len(columns))]
    totals = [plain_total(judge, row) for row in range(len(columns))]
    tie = columns.tie.tolist()
    unknown = [plain_unknown(judge.wishes, columns, row) for row in range(len(columns))]
    passing = [row for row, failed in enumerate(failing) if not failed]
    order = sorted(passing, key=lambda row: (-round(totals[row], 12), tie[row]))
    near = []
    for row, failed in enumerate(failing):
        if len(failed) == 1 and not unknown[row]:
            miss = plain_near_miss(judge, failed[0], row)
            if miss is not None:
                away, *rest = miss
                near.append((away, -round(totals[row], 12), tie[row], *rest))
    lists = [[row for row in order if bool(unknown[row]) is in_doubt] for in_doubt in (False, True)]
    return (
        *([(row, totals[row]) for row in rows[:limit]] for rows in lists),
        [each[3:] for each in sorted(near)],
    )


def plain_unknown(wishes, columns, row):
    """The keys of the answers that the published facts of this row do not settle."""
    one, answers = OneOffering(columns, row, wishes), wishes.answers
    budget, estimate = answers.budget_total, one.estimate
    is_dollars = columns.currency[row] == 0
    in_doubt = {
        "delivery": answers.delivery and set(answers.delivery) != set(DELIVERIES)
        and not one.delivery,
        "state": answers.state and one.states is None,
        "country": wishes.country is not None  # numbers of countries begin with 0
        and columns.international[row] == 0
        and columns.country[row] != wishes.country,
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


def plain_total(judge, row):
    """The weighted mean of what the criteria say of one row."""
    rows = Rows(judge.columns, np.asarray([row]), judge.wishes)
    said = [each.score(judge.wishes, rows) for each in judge.criteria]
    scores = [None if score is None else float(score[0]) for score in said]
    facts = next(n for n, each in enumerate(judge.criteria) if each.key == "facts")
    asked = [
        score
        for score, each in zip(scores, judge.criteria, strict=True)
        if score is not None and each.counts_as_fact and each.key != "facts"
    ]
    if asked:
        scores[facts] = sum(score == score for score in asked) / len(asked)
    known = [
        (weight, score)
        for weight, score in zip(judge.weights, scores, strict=True)
        if score is not None and score == score
    ]
    used = sum(weight for weight, _ in known)
    return sum(weight * score for weight, score in known) / used if used else 0.0


def plain_near_miss(judge, constraint, row):
    """The size of the change, the row, the key and its new value; None if that would not help."""
    wishes, columns = judge.wishes, judge.columns
    one = OneOffering(columns, row, wishes)
    needs = constraint.needs(wishes, one)
    if needs is None:
        return None
    key = failed_key(constraint, wishes, one)
    other = make_wishes(answers=changed(wishes, key, needs), columns=columns, today=TODAY)
    if failing_constraints(other, columns, row) or plain_unknown(other, columns, row):
        return None
    rows = Rows(columns, np.asarray([row]), wishes)
    return round(float(constraint.distance(wishes, rows)[0]), 12), row, key, needs


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
def test_a_large_catalog_gives_what_the_plain_ranking_gives(large, monkeypatch, answers):
    monkeypatch.setattr(pruning, "FEW", 0)
    monkeypatch.setattr(pruning, "SEEDS", 1)

    quick = quick_ranking(answers, large, limit=10, near_limit=5)

    assert_same(quick, plain_ranking(answers, large, limit=10))


@pytest.mark.parametrize("answers", WIDE, ids=lambda each: " ".join(each.as_dict()) or "nothing")
@pytest.mark.parametrize("wanted", [5, 80])
def test_no_row_is_left_out_that_could_be_among_the_best(huge, answers, wanted):
    judge = make_judge(answers, huge, today=TODAY)
    verdict = sort_out(judge.wishes, huge)
    totals = np.round(judge.score(verdict.passing).totals, 12)
    best = verdict.passing[totals >= np.sort(totals)[-min(wanted, verdict.passed)]]

    assert set(best) <= set(find_candidates(verdict, judge, wanted))


def test_most_rows_are_left_out_early(huge):
    judge = make_judge(WIDE[3], huge, today=TODAY)
    verdict = sort_out(judge.wishes, huge)

    assert len(find_candidates(verdict, judge, 80)) < verdict.passed / 2


@pytest.fixture
def huge(large_enough, monkeypatch):
    monkeypatch.setattr(pruning, "FEW", 0)
    return large_enough


@pytest.fixture(scope="module")
def large_enough():
    chance = random.Random(5)
    return catalog(*(draw_offering(chance, number) for number in range(5_000)))
