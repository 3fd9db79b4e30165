"""Offerings that fail exactly one hard constraint, and the change that lets them in."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import Columns
from hcprograms.matching.constraint import Constraint
from hcprograms.matching.constraints import CONSTRAINTS, changed, failed_key
from hcprograms.matching.judging import ROUNDING, Judge
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.results import NearMiss
from hcprograms.matching.wishes import Rows, Wishes, make_wishes

NEAR_POOL = 500
"""Near misses of one constraint that are compared by score where the change is equally big."""


def find_near_misses(
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
