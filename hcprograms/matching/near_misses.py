"""Offerings that fail exactly one hard constraint, and the change that lets them in."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.constraint import Constraint
from hcprograms.matching.constraints import changed, failed_key
from hcprograms.matching.judging import ROUNDING, Judge, Scored
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.results import NearMiss
from hcprograms.matching.sorting_out import Index, Verdict, failing_constraints
from hcprograms.matching.wishes import Rows, make_wishes

NEAR_POOL = 200
"""Near misses with equally big changes that are compared by score; of more, the tie key decides."""

Pool = tuple[Constraint, Index, NDArray[np.float64]]
"""Rows that fail one constraint only, with the size of the change that each needs."""


def find_near_misses(verdict: Verdict, judge: Judge, limit: int) -> list[NearMiss]:
    """The near misses with the smallest changes; among equal changes the best match first."""
    if not limit:
        return []
    pools = _gather(verdict, judge, 3 * limit)
    if not pools:
        return []
    scored = judge.score(np.sort(np.concatenate([rows for _, rows, _ in pools])))
    found: list[tuple[float, int, Constraint]] = []
    for far, row, constraint in _in_order(pools, scored):
        if len(found) == limit:
            break
        if _helps(constraint, row, judge):
            found.append((far, row, constraint))
    matches = scored.matches([row for _, row, _ in found])
    return [
        NearMiss(
            match,
            failed_key(constraint, judge.wishes, match.offering),
            constraint.needs(judge.wishes, match.offering),
            constraint.tell(judge.wishes, match.offering),
            far,
        )
        for match, (far, _, constraint) in zip(matches, found, strict=True)
    ]


def _gather(verdict: Verdict, judge: Judge, wanted: int) -> Sequence[Pool]:
    """Of each constraint the rows with the smallest changes, until no smaller one can come."""
    pools: list[Pool] = []
    for constraint, rows in verdict.near():
        smaller = sum(int((away < constraint.step).sum()) for _, _, away in pools)
        if smaller >= wanted:
            break
        if len(rows):
            pools.append(_smallest(constraint, rows, judge, wanted))
    return pools


def _smallest(constraint: Constraint, rows: Index, judge: Judge, wanted: int) -> Pool:
    away = constraint.distance(judge.wishes, Rows(judge.columns, rows, judge.wishes))
    away = np.round(away, ROUNDING)
    if len(rows) > wanted:
        keep = away <= np.partition(away, wanted - 1)[wanted - 1]
        rows, away = rows[keep], away[keep]
    most = max(NEAR_POOL, wanted)
    if len(rows) > most:
        order = np.lexsort((judge.columns.tie[rows], away))[:most]
        rows, away = rows[order], away[order]
    return constraint, rows, away


def _in_order(pools: Sequence[Pool], scored: Scored) -> Iterator[tuple[float, int, Constraint]]:
    """All rows of the pools: the smallest change first, then the best match."""
    rows = np.concatenate([rows for _, rows, _ in pools])
    away = np.concatenate([away for _, _, away in pools])
    owner = np.repeat(np.arange(len(pools)), [len(rows) for _, rows, _ in pools])
    back = np.argsort(np.argsort(rows))
    totals = np.round(scored.totals, ROUNDING)[back]
    order = np.lexsort((scored.judge.columns.tie[rows], -totals, away))
    for at in order.tolist():
        yield float(away[at]), int(rows[at]), pools[owner[at]][0]


def _helps(constraint: Constraint, row: int, judge: Judge) -> bool:
    """Whether changing the one answer really lets the offering in."""
    offering = OneOffering(judge.columns, row, judge.wishes)
    needs = constraint.needs(judge.wishes, offering)
    if needs is None or not constraint.touches_others:
        return needs is not None
    answers = changed(judge.wishes, failed_key(constraint, judge.wishes, offering), needs)
    wishes = make_wishes(answers=answers, columns=judge.columns, today=judge.wishes.today)
    return not failing_constraints(wishes, judge.columns, row)
