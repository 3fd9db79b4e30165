"""Offerings that fail exactly one hard constraint and are known to meet all others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.constraint import Constraint
from hcprograms.matching.constraints import changed, failed_key
from hcprograms.matching.judging import ROUNDING, Judge
from hcprograms.matching.pruning import find_candidates
from hcprograms.matching.results import Match, NearMiss
from hcprograms.matching.sorting_out import (
    Index,
    Verdict,
    failing_constraints,
    list_unknown_keys,
)
from hcprograms.matching.wishes import Rows, make_wishes

NEAR_POOL = 4_000
"""Of more near misses with the same change, none of them clearly worse, the tie key decides."""

Pool = tuple[Constraint, Index, NDArray[np.float64]]
"""Rows that fail one constraint only, with the size of the change that each needs."""


def find_near_misses(verdict: Verdict, judge: Judge, limit: int) -> list[NearMiss]:
    """The near misses with the smallest changes; among equal changes the best match first."""
    pools = _gather(verdict, judge, 3 * limit) if limit else []
    if not pools:
        return []
    constraints, rows, away, owner = _join(pools, 3 * limit)
    scored = judge.score(rows)
    totals = np.round(scored.totals, ROUNDING)
    order = np.lexsort((judge.columns.tie[rows], -totals, away))
    found: list[NearMiss] = []
    for at in order.tolist():
        if len(found) == limit:
            break
        match = scored.match(at, int(rows[at]))
        miss = _near_miss(constraints[owner[at]], match, float(away[at]), judge)
        if miss is not None:
            found.append(miss)
    return found


def _near_miss(constraint: Constraint, match: Match, far: float, judge: Judge) -> NearMiss | None:
    """The near miss, if changing the one answer really lets the offering in."""
    wishes, offering = judge.wishes, match.offering
    needs = constraint.needs(wishes, offering)
    if needs is None:
        return None
    key = failed_key(constraint, wishes, offering)
    if constraint.touches_others:
        other = make_wishes(
            answers=changed(wishes, key, needs), columns=judge.columns, today=wishes.today
        )
        row = offering.row
        if failing_constraints(other, judge.columns, row):
            return None
        if list_unknown_keys(other, judge.columns, np.asarray([row]))[0]:
            return None
    return NearMiss(match, key, needs, constraint.tell(wishes, offering), far)


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
        last = np.partition(away, wanted - 1)[wanted - 1]
        nearer, equal = np.flatnonzero(away < last), rows[np.flatnonzero(away == last)]
        # Of many with the same change only those matter that can be among the best.
        best = find_candidates(Verdict.of(equal), judge, wanted)
        if len(best) > NEAR_POOL:
            best = best[np.argpartition(judge.columns.tie[best], NEAR_POOL)[:NEAR_POOL]]
        rows = np.concatenate((rows[nearer], best))
        away = np.concatenate((away[nearer], np.full(len(best), last)))
    return constraint, rows, away


def _join(
    pools: Sequence[Pool], wanted: int
) -> tuple[list[Constraint], Index, NDArray[np.float64], Index]:
    """The rows of all pools in ascending order, with the change and the constraint of each.

    Rows whose change is bigger than that of ``wanted`` others are left out.
    """
    rows = np.concatenate([rows for _, rows, _ in pools])
    away = np.concatenate([away for _, _, away in pools])
    owner = np.repeat(np.arange(len(pools)), [len(rows) for _, rows, _ in pools])
    if len(rows) > wanted:
        keep = np.flatnonzero(away <= np.partition(away, wanted - 1)[wanted - 1])
        rows, away, owner = rows[keep], away[keep], owner[keep]
    order = np.argsort(rows)
    return [constraint for constraint, _, _ in pools], rows[order], away[order], owner[order]
