"""Ranking: filter first, then score what is left, then explain what is shown.

The total of a match is exactly the weighted sum of the criteria that are known, their weights
renormalised to one. Two lists: what is known to meet everything that was asked for, and what may,
because its published facts do not say. In each the order is the total and nothing else; equal
totals stand in the order of the programs' names, then the schools' (``Snapshot.tie``).
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from hcprograms.matching.answers import Answers
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criteria.base import Criterion, Scores
from hcprograms.matching.eligibility import RowNumbers, check_eligibility, list_unknown_keys
from hcprograms.matching.near_misses import find_near_misses
from hcprograms.matching.profile import MatchProfile, build_profile
from hcprograms.matching.results import Match, Ranking, build_match
from hcprograms.matching.scoring import WeightedCriterion, score_rows, weigh_criteria
from hcprograms.matching.snapshot.columns import Index, IntArray, Snapshot

NEAR_MISSES = 5
DECIMALS = 12
"""Of a total that decide the order. Sums of the same numbers in another order differ by less."""


def rank_offerings(
    answers: Answers,
    snapshot: Snapshot,
    *,
    today: date,
    limit: int = 10,
    weights: Mapping[str, float] | None = None,
    criteria: Sequence[Criterion] = CRITERIA,
    near_limit: int = NEAR_MISSES,
) -> Ranking:
    """The best offerings for these answers on this day, with reasons, and honest near misses.

    ``limit`` holds for each of the two lists. ``weights`` replace the criteria's own by key; they
    need not sum to one.
    """
    profile = build_profile(answers, snapshot, today=today)
    weighted = weigh_criteria(criteria, weights or {})
    eligibility = check_eligibility(profile, snapshot)
    fitting, uncertain = eligibility.fitting, eligibility.uncertain
    programs_passed, programs_may_fit = _count_programs(snapshot, fitting, uncertain)
    return Ranking(
        matches=_list_best(profile, snapshot, fitting, criteria=weighted, limit=limit),
        may_fit=_list_best(profile, snapshot, uncertain, criteria=weighted, limit=limit),
        near_misses=find_near_misses(
            profile, snapshot, eligibility, criteria=weighted, limit=near_limit
        ),
        considered=len(snapshot),
        passed=len(fitting),
        may_fit_count=len(uncertain),
        programs_considered=len(snapshot.names.programs),
        programs_passed=programs_passed,
        programs_may_fit=programs_may_fit,
    )


def order_rows(totals: Scores, tie: IntArray, *, limit: int) -> RowNumbers:
    """The places of the ``limit`` highest totals, the highest first; equal ones by ``tie``."""
    places = np.arange(len(totals))
    if len(totals) > limit:
        # A little lower than the last that is wanted: sums in another order differ.
        least = np.partition(totals, -limit)[-limit] - 10.0**-DECIMALS
        places = np.flatnonzero(totals >= least)
    order = np.lexsort((tie[places], -np.round(totals[places], DECIMALS)))
    return places[order][:limit]


def _list_best(
    profile: MatchProfile,
    snapshot: Snapshot,
    rows: RowNumbers,
    *,
    criteria: Sequence[WeightedCriterion],
    limit: int,
) -> list[Match]:
    """The best of these rows as matches, best first."""
    if not len(rows):
        return []
    # Scoring all rows takes less time than picking most of them out of every column.
    scored: Index = slice(None) if 2 * len(rows) > len(snapshot) else rows
    table = score_rows(profile, snapshot, scored, criteria=criteria)
    totals = table.totals[rows] if isinstance(scored, slice) else table.totals
    order = order_rows(totals, snapshot.tie[rows], limit=limit)
    best = rows[order].tolist()
    places = best if isinstance(scored, slice) else order.tolist()
    unknown = list_unknown_keys(profile, snapshot, rows[order])
    return [
        build_match(profile, snapshot, row, table, place, unknown_musts=keys)
        for row, place, keys in zip(best, places, unknown, strict=True)
    ]


def _count_programs(
    snapshot: Snapshot, fitting: RowNumbers, uncertain: RowNumbers
) -> tuple[int, int]:
    """How many programs have an offering that fits; how many others have one that may."""
    fits = np.zeros(len(snapshot.names.programs), dtype=np.bool_)
    may_fit = fits.copy()
    fits[snapshot.program[fitting]] = True
    may_fit[snapshot.program[uncertain]] = True
    return int(np.count_nonzero(fits)), int(np.count_nonzero(may_fit & ~fits))
