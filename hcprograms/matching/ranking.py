"""Ranking: filter first, then score what is left, then explain what is shown.

The total of a match is exactly the weighted sum of the criteria that are known, their weights
renormalised to one. Order: total, then a key that only the address of the offering decides, so
that it is the same on every machine and cannot be bought.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.constraints import (
    CONSTRAINTS,
    Constraint,
    changed,
    failed_key,
)
from hcprograms.matching.criteria import CRITERIA, Criterion
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.results import Match, NearMiss, Ranking, ScoredReason
from hcprograms.matching.wishes import Rows, Wishes, make_wishes

FIRST_PAGE = 10
MOST_OF_ONE_SCHOOL = 3
"""In the first ten, as long as others are left."""
NEAR_MISSES = 5
NEAR_POOL = 500
"""Near misses of one constraint that are compared by score where the change is equally big."""
ROUNDING = 9
"""Totals that differ less than 1e-9 are equal: sums in another order differ by less."""


def rank_offerings(
    answers: Answers,
    snapshot: Columns,
    *,
    today: date,
    limit: int = 10,
    weights: Mapping[str, float] | None = None,
    criteria: Sequence[Criterion] = CRITERIA,
    near_limit: int = NEAR_MISSES,
) -> Ranking:
    """The best offerings for these answers on this day, with reasons, and honest near misses.

    ``weights`` replace the criteria's own by key; they need not sum to one.
    """
    judge = make_judge(answers, snapshot, today=today, weights=weights, criteria=criteria)
    passing, misses = _sort_out(judge.wishes, snapshot)
    return Ranking(
        matches=judge.matches(_order(passing, judge, limit)),
        near_misses=_nearest(misses, judge, near_limit),
        considered=len(snapshot),
        passed=len(passing),
    )


def make_judge(
    answers: Answers,
    snapshot: Columns,
    *,
    today: date,
    weights: Mapping[str, float] | None = None,
    criteria: Sequence[Criterion] = CRITERIA,
) -> "Judge":
    """Somebody who scores offerings for these answers on this day."""
    wishes = make_wishes(answers=answers, columns=snapshot, today=today)
    return Judge(wishes, snapshot, criteria, weights or {})


def order_all(judge: "Judge") -> list[int]:
    """All rows that pass, in the order in which a match shows them."""
    passing, _ = _sort_out(judge.wishes, judge.columns)
    return [int(row) for row in _order(passing, judge, len(passing))]


def _order(passing: NDArray[np.intp], judge: "Judge", limit: int) -> NDArray[np.intp]:
    spread = judge.wishes.answers.institution is None
    return _pick(passing, judge.totals(passing), judge.columns, limit, spread=spread)


class Judge:
    """Scores rows by all criteria."""

    def __init__(
        self,
        wishes: Wishes,
        columns: Columns,
        criteria: Sequence[Criterion],
        weights: Mapping[str, float],
    ) -> None:
        self.wishes = wishes
        self.columns = columns
        self.criteria = criteria
        given = [max(0.0, weights.get(each.key, each.weight)) for each in criteria]
        self.weights = [weight / (sum(given) or 1.0) for weight in given]

    def scores(self, index: NDArray[np.intp]) -> list[NDArray[np.float64] | None]:
        """One column per criterion; None where the answers do not ask for it.

        The criterion “facts” says how much of what was asked is known; when nothing was asked,
        its own score, the share of all main facts, stays.
        """
        rows = Rows(self.columns, index, self.wishes)
        found = [each.score(self.wishes, rows) for each in self.criteria]
        facts = next((n for n, each in enumerate(self.criteria) if each.key == "facts"), None)
        asked = [column for n, column in enumerate(found) if column is not None and n != facts]
        if facts is not None and asked:
            known = np.zeros(len(index))
            for column in asked:
                known += ~np.isnan(column)
            found[facts] = known / len(asked)
        return found

    def totals(self, index: NDArray[np.intp]) -> NDArray[np.float64]:
        """The weighted mean of the known criteria, per row."""
        total = np.zeros(len(index))
        used = np.zeros(len(index))
        for weight, column in zip(self.weights, self.scores(index), strict=True):
            if column is None or not weight:
                continue
            unknown = np.isnan(column)
            if unknown.any():
                total += np.where(unknown, 0.0, weight * column)
                used += np.where(unknown, 0.0, weight)
            else:
                total += weight * column
                used += weight
        mean = np.divide(total, used, out=np.zeros_like(total), where=used > 0)
        return np.asarray(np.round(mean, ROUNDING), dtype=np.float64)

    def matches(self, index: NDArray[np.intp]) -> list[Match]:
        """These rows with their reasons, those that add most first."""
        columns = self.scores(index)
        return [self._match(int(row), at, columns) for at, row in enumerate(index)]

    def _match(self, row: int, at: int, columns: Sequence[NDArray[np.float64] | None]) -> Match:
        offering = OneOffering(self.columns, row, self.wishes)
        scores = [None if column is None else _known(column[at]) for column in columns]
        used = sum(
            weight for weight, score in zip(self.weights, scores, strict=True) if score is not None
        )
        reasons = [
            ScoredReason(
                each, offering, score, weight / used if score is not None and used else 0.0
            )
            for each, score, weight in zip(self.criteria, scores, self.weights, strict=True)
        ]
        reasons.sort(key=lambda reason: (reason.score is None, -reason.adds))
        return Match(offering, reasons)


def _sort_out(
    wishes: Wishes, columns: Columns
) -> tuple[NDArray[np.intp], list[tuple[Constraint, NDArray[np.intp]]]]:
    """The rows that pass everything; and per constraint those that fail it and nothing else."""
    rows = Rows(columns, slice(None), wishes)
    failing: list[tuple[Constraint, NDArray[np.bool_]]] = []
    count = np.zeros(len(columns), dtype=np.uint8)
    for constraint in CONSTRAINTS[:-1]:
        fails = constraint.fails(wishes, rows)
        if fails is not None:
            failing.append((constraint, fails))
            count += fails.view(np.uint8)
    budget = CONSTRAINTS[-1]
    passing, too_dear = _split(budget, wishes, columns, np.flatnonzero(count == 0))
    misses = [(budget, too_dear)]
    once = count == 1
    for constraint, fails in failing:
        near, _ = _split(budget, wishes, columns, np.flatnonzero(fails & once))
        misses.append((constraint, near))
    return passing, [(constraint, index) for constraint, index in misses if len(index)]


def _split(
    constraint: Constraint, wishes: Wishes, columns: Columns, index: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows that pass a constraint, and those that fail it."""
    fails = constraint.fails(wishes, Rows(columns, index, wishes))
    if fails is None:
        return index, index[:0]
    return index[~fails], index[fails]


def _pick(
    index: NDArray[np.intp],
    totals: NDArray[np.float64],
    columns: Columns,
    limit: int,
    *,
    spread: bool,
) -> NDArray[np.intp]:
    """The best rows in order; where schools compete, no more than three of one in the first ten.

    The others follow behind the first ten, or inside when no other school is left.
    """
    wanted = limit * 4 + 40
    while True:
        order = _best(index, totals, columns, wanted)
        if not spread:
            return order[:limit]
        chosen, held = _spread(order, columns)
        if len(chosen) >= min(FIRST_PAGE, limit) or len(order) == len(index):
            return np.asarray([*chosen, *held], dtype=np.intp)[:limit]
        wanted *= 16


def _best(
    index: NDArray[np.intp], totals: NDArray[np.float64], columns: Columns, wanted: int
) -> NDArray[np.intp]:
    """At least ``wanted`` best rows (all that tie with the last included), best first."""
    if len(index) > wanted:
        least = np.partition(totals, len(totals) - wanted)[len(totals) - wanted]
        keep = totals >= least
        index, totals = index[keep], totals[keep]
    return index[np.lexsort((columns.tie[index], -totals))]


def _spread(order: NDArray[np.intp], columns: Columns) -> tuple[list[int], list[int]]:
    """The first ten with the cap applied, and everybody else in order."""
    count: dict[int, int] = {}
    chosen: list[int] = []
    held: list[int] = []
    for row in order.tolist():
        school = int(columns.school[row])
        if len(chosen) < FIRST_PAGE and count.get(school, 0) < MOST_OF_ONE_SCHOOL:
            count[school] = count.get(school, 0) + 1
            chosen.append(row)
        else:
            held.append(row)
    return chosen, held


def _nearest(
    misses: Sequence[tuple[Constraint, NDArray[np.intp]]], judge: Judge, limit: int
) -> list[NearMiss]:
    """The near misses with the smallest changes; among equal changes the best match first."""
    shortlist: list[tuple[float, float, int, int, Constraint]] = []
    for constraint, index in misses:
        index = _shortlisted(constraint, index, judge, limit)
        away = constraint.distance(judge.wishes, Rows(judge.columns, index, judge.wishes))
        totals = judge.totals(index)
        shortlist += [
            (
                round(float(far), ROUNDING),
                -float(total),
                int(judge.columns.tie[row]),
                int(row),
                constraint,
            )
            for far, total, row in zip(away, totals, index, strict=True)
        ]
    shortlist.sort(key=lambda entry: entry[:4])
    found: list[NearMiss] = []
    for far, _, _, row, constraint in shortlist:
        if len(found) == limit:
            break
        miss = _near_miss(constraint, row, far, judge)
        if miss is not None:
            found.append(miss)
    return found


def _shortlisted(
    constraint: Constraint, index: NDArray[np.intp], judge: Judge, limit: int
) -> NDArray[np.intp]:
    """The rows with the smallest changes; of equal changes at most ``NEAR_POOL``, by tie key."""
    keep = max(NEAR_POOL, 4 * limit)
    if len(index) <= keep:
        return index
    away = constraint.distance(judge.wishes, Rows(judge.columns, index, judge.wishes))
    order = np.lexsort((judge.columns.tie[index], away))
    return index[order[:keep]]


def _near_miss(constraint: Constraint, row: int, far: float, judge: Judge) -> NearMiss | None:
    """The near miss, if changing the one answer really lets the offering in."""
    offering = OneOffering(judge.columns, row, judge.wishes)
    needs = constraint.needs(judge.wishes, offering)
    if needs is None:
        return None
    key = failed_key(constraint, judge.wishes, offering)
    answers = changed(judge.wishes, key, needs)
    wishes = make_wishes(answers=answers, columns=judge.columns, today=judge.wishes.today)
    if failing(wishes, judge.columns, row):
        return None
    match = judge.matches(np.asarray([row], dtype=np.intp))[0]
    return NearMiss(match, key, needs, constraint.tell(judge.wishes, offering), far)


def failing(wishes: Wishes, columns: Columns, row: int) -> list[Constraint]:
    """The hard constraints that this offering fails."""
    rows = Rows(columns, np.asarray([row], dtype=np.intp), wishes)
    found = [(constraint, constraint.fails(wishes, rows)) for constraint in CONSTRAINTS]
    return [constraint for constraint, fails in found if fails is not None and fails[0]]


def _known(score: Any) -> float | None:
    number = float(score)
    return None if number != number else number
