"""Ranking: filter first, then score what is left, then explain what is shown.

The total of a match is exactly the weighted sum of the criteria that are known, their weights
renormalised to one. Order: total, then a key that only the address of the offering decides, so
that it is the same on every machine and cannot be bought.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criterion import Criterion, Scores
from hcprograms.matching.judging import ROUNDING, Judge, Scored, make_judge
from hcprograms.matching.near_misses import find_near_misses
from hcprograms.matching.results import Ranking
from hcprograms.matching.sorting_out import Index, sort_out

FIRST_PAGE = 10
MOST_OF_ONE_SCHOOL = 3
"""In the first ten, as long as others are left."""
NEAR_MISSES = 5


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
    verdict = sort_out(judge.wishes, snapshot)
    scored = judge.score(verdict.passing)
    return Ranking(
        matches=scored.matches(_order(verdict.passing, scored, limit)),
        near_misses=find_near_misses(verdict, judge, near_limit),
        considered=len(snapshot),
        passed=len(verdict.passing),
    )


def order_all(judge: Judge) -> list[int]:
    """All rows that pass, in the order in which a match shows them."""
    passing = sort_out(judge.wishes, judge.columns).passing
    return _order(passing, judge.score(passing), len(passing))


def _order(passing: Index, scored: Scored, limit: int) -> list[int]:
    spread = scored.judge.wishes.answers.institution is None
    return _pick(passing, scored.totals, scored.judge.columns, limit, spread=spread)


def _pick(
    index: Index,
    totals: Scores,
    columns: Columns,
    limit: int,
    *,
    spread: bool,
) -> list[int]:
    """The best rows in order; where schools compete, no more than three of one in the first ten.

    The others follow behind the first ten, or inside when no other school is left.
    """
    wanted = limit * 4 + 40
    while True:
        order = _best(index, totals, columns, wanted)
        if not spread:
            return [int(row) for row in order[:limit]]
        chosen, held = _spread(order, columns)
        if len(chosen) >= min(FIRST_PAGE, limit) or len(order) == len(index):
            return [*chosen, *held][:limit]
        wanted *= 16


def _best(index: Index, totals: Scores, columns: Columns, wanted: int) -> Index:
    """At least ``wanted`` best rows (all that tie with the last included), best first."""
    if len(index) > wanted:
        keep = np.flatnonzero(totals >= _least_wanted(totals, wanted) - 10.0**-ROUNDING)
        index, totals = index[keep], totals[keep]
    return index[np.lexsort((columns.tie[index], -np.round(totals, ROUNDING)))]


def _least_wanted(totals: Scores, wanted: int) -> float:
    """A total that at least ``wanted`` rows reach, near the last of the best.

    The best of each block of rows are that many different rows: far fewer to sort.
    """
    width = len(totals) // (8 * wanted)
    if width > 1:
        whole = totals[: len(totals) // width * width]
        totals = np.maximum.reduce(whole.reshape(-1, width), axis=1)
    return float(np.partition(totals, len(totals) - wanted)[len(totals) - wanted])


def _spread(order: Index, columns: Columns) -> tuple[list[int], list[int]]:
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
