"""Offerings that fail exactly one hard constraint and are known to meet all others."""

from collections.abc import Sequence

import numpy as np

from hcprograms.matching.constraints import Constraint, Distances, Mask, change_answer
from hcprograms.matching.eligibility import Eligibility, RowNumbers, is_known_to_fit
from hcprograms.matching.profile import MatchProfile, build_profile
from hcprograms.matching.results import Match, NearMiss, build_match
from hcprograms.matching.scoring import WeightedCriterion, score_rows
from hcprograms.matching.snapshot.columns import Snapshot

DECIMALS = 12
SPARE = 3
"""Candidates per near miss: of some no single change of an answer helps."""

Candidates = tuple[Constraint, RowNumbers, Distances]
"""Rows that fail this constraint only, with the size of the change that each needs."""


def find_near_misses(
    profile: MatchProfile,
    snapshot: Snapshot,
    eligibility: Eligibility,
    *,
    criteria: Sequence[WeightedCriterion],
    limit: int,
) -> list[NearMiss]:
    """The near misses with the smallest changes; among equal changes the best match first."""
    wanted = SPARE * limit
    groups = _list_candidates(profile, snapshot, eligibility, wanted=wanted) if limit else []
    if not groups:
        return []
    rows = np.concatenate([rows for _constraint, rows, _distances in groups])
    distances = np.concatenate([distances for _constraint, _rows, distances in groups])
    owners = np.repeat(np.arange(len(groups)), [len(rows) for _constraint, rows, _d in groups])
    if len(rows) > wanted:
        keep = _find_smallest(distances, wanted)
        rows, distances, owners = rows[keep], distances[keep], owners[keep]
    table = score_rows(profile, snapshot, rows, criteria=criteria)
    totals = np.round(table.totals, DECIMALS)
    found: list[NearMiss] = []
    for place in np.lexsort((snapshot.tie[rows], -totals, distances)).tolist():
        match = build_match(profile, snapshot, int(rows[place]), table, place)
        constraint = groups[owners[place]][0]
        miss = _build_near_miss(profile, snapshot, constraint, match, float(distances[place]))
        if miss is not None:
            found.append(miss)
            if len(found) == limit:
                break
    return found


def _list_candidates(
    profile: MatchProfile, snapshot: Snapshot, eligibility: Eligibility, *, wanted: int
) -> list[Candidates]:
    """Of each constraint the rows with the smallest changes, until no smaller one can come."""
    groups: list[Candidates] = []
    for constraint, rows in eligibility.iterate_near():
        smaller = sum(
            np.count_nonzero(distances < constraint.step)
            for _constraint, _rows, distances in groups
        )
        if smaller >= wanted:
            break
        distances = np.round(constraint.distance(profile, snapshot, rows), DECIMALS)
        if len(rows) > wanted:
            keep = _find_smallest(distances, wanted)
            rows, distances = rows[keep], distances[keep]
        if len(rows):
            groups.append((constraint, rows, distances))
    return groups


def _find_smallest(distances: Distances, wanted: int) -> Mask:
    """The smallest changes; all that tie with the last one stay, because their scores decide."""
    smallest: Mask = distances <= np.partition(distances, wanted - 1)[wanted - 1]
    return smallest


def _build_near_miss(
    profile: MatchProfile,
    snapshot: Snapshot,
    constraint: Constraint,
    match: Match,
    distance: float,
) -> NearMiss | None:
    """The near miss, if changing the one answer really lets the offering in."""
    offering = match.offering
    needs = constraint.needs(profile, offering)
    if needs is None:
        return None
    key = constraint.failed_key(profile, offering)
    if constraint.affects_others:
        answers = change_answer(profile.answers, key, needs)
        other = build_profile(answers, snapshot, today=profile.today)
        if not is_known_to_fit(other, snapshot, offering.row):
            return None
    return NearMiss(match, constraint, key, needs, distance)
