"""Ranking: filter first, then score what is left, then explain what is shown.

The total of a match is exactly the weighted sum of the criteria that are known, their weights
renormalised to one. Order: total, then a key that only the address of the offering decides, so
that it is the same on every machine and cannot be bought.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns, IntArray
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criterion import Criterion, Scores
from hcprograms.matching.judging import ROUNDING, Judge, Scored, make_judge
from hcprograms.matching.near_misses import find_near_misses
from hcprograms.matching.pruning import find_candidates
from hcprograms.matching.results import Ranking
from hcprograms.matching.sorting_out import Index, Verdict, sort_out

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
    rows, scored = _order(verdict, judge, limit)
    return Ranking(
        matches=scored.matches(rows),
        near_misses=find_near_misses(verdict, judge, near_limit),
        considered=len(snapshot),
        passed=verdict.passed,
    )


def order_all(judge: Judge) -> list[int]:
    """All rows that pass, in the order in which a match shows them."""
    verdict = sort_out(judge.wishes, judge.columns)
    return _order(verdict, judge, verdict.passed)[0]


def _order(verdict: Verdict, judge: Judge, limit: int) -> tuple[list[int], Scored]:
    """The best rows, and scores of at least those.

    Where schools compete, no more than three of one are in the first ten: the others follow behind
    them, or inside when no other school is left. So looking goes on until there are enough schools.
    """
    wanted = limit * 4 + 40
    while True:
        scored = judge.score(find_candidates(verdict, judge, wanted))
        order = _best(scored, wanted)
        if judge.wishes.answers.institution is not None:
            return order[:limit].tolist(), scored
        chosen, held = _spread(order, judge.columns)
        if len(chosen) >= min(FIRST_PAGE, limit) or len(order) == verdict.passed:
            return [*chosen, *held][:limit], scored
        wanted *= 16


def _best(scored: Scored, wanted: int) -> Index:
    """The ``wanted`` best rows, best first, and perhaps some more; all where there are fewer."""
    rows, totals = scored.index, np.round(scored.totals, ROUNDING)
    if len(rows) > wanted:
        keep = _highest(totals, scored.judge.columns.tie[rows], wanted)
        rows, totals = rows[keep], totals[keep]
    return rows[np.lexsort((scored.judge.columns.tie[rows], -totals))]


def _highest(totals: Scores, tie: IntArray, wanted: int) -> Index:
    """The places of the highest totals; of equal ones as many as are wanted, by their tie key."""
    last = np.partition(totals, -wanted)[-wanted]
    above, equal = np.flatnonzero(totals > last), np.flatnonzero(totals == last)
    if len(equal) > wanted:
        tie = tie[equal]
        equal = equal[tie <= np.partition(tie, wanted)[wanted]]
    return np.concatenate((above, equal))


def _spread(order: Index, columns: Columns) -> tuple[list[int], list[int]]:
    """The first ten with the cap applied, and everybody else in order."""
    count: dict[int, int] = {}
    chosen: list[int] = []
    held: list[int] = []
    for row, school in zip(order.tolist(), columns.school[order].tolist(), strict=True):
        if len(chosen) < FIRST_PAGE and count.get(school, 0) < MOST_OF_ONE_SCHOOL:
            count[school] = count.get(school, 0) + 1
            chosen.append(row)
        else:
            held.append(row)
    return chosen, held
