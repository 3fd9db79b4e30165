"""Ranking: filter first, then score what is left, then explain what is shown.

The total of a match is exactly the weighted sum of the criteria that are known, their weights
renormalised to one. Two lists: what is known to meet everything that was asked for, and what may,
because its published facts do not say. In each the order is the total and nothing else; equal
totals stand in the order of the programs' names, then the schools' (see ``building``).
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
from hcprograms.matching.results import Match, Ranking
from hcprograms.matching.sorting_out import Index, Verdict, list_unknown_keys, sort_out

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

    ``limit`` holds for each of the two lists. ``weights`` replace the criteria's own by key; they
    need not sum to one.
    """
    judge = make_judge(answers, snapshot, today=today, weights=weights, criteria=criteria)
    verdict = sort_out(judge.wishes, snapshot)
    fitting, uncertain = verdict.fitting, verdict.uncertain
    programs = _count_programs(snapshot, fitting.passing, uncertain.passing)
    return Ranking(
        matches=_list_best(fitting, judge, limit),
        may_fit=_list_best(uncertain, judge, limit),
        near_misses=find_near_misses(verdict, judge, near_limit),
        considered=len(snapshot),
        passed=fitting.passed,
        may_fit_count=uncertain.passed,
        programs_considered=len(snapshot.names.programs),
        programs_passed=programs[0],
        programs_may_fit=programs[1],
    )


def order_all(verdict: Verdict, judge: Judge) -> list[int]:
    """All rows that pass, in the order in which a match shows them."""
    return _order(verdict, judge, verdict.passed)[0]


def _list_best(verdict: Verdict, judge: Judge, limit: int) -> list[Match]:
    rows, scored = _order(verdict, judge, limit)
    if not rows:
        return []
    unknown = list_unknown_keys(judge.wishes, judge.columns, np.asarray(rows, dtype=np.intp))
    matches = scored.matches(rows)
    for match, keys in zip(matches, unknown, strict=True):
        match.unknown_musts = keys
    return matches


def _order(verdict: Verdict, judge: Judge, limit: int) -> tuple[list[int], Scored]:
    """The best rows, best first, and scores of at least those."""
    scored = judge.score(find_candidates(verdict, judge, limit))
    return _best(scored, limit)[:limit].tolist(), scored


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


def _count_programs(columns: Columns, fitting: Index, uncertain: Index) -> tuple[int, int]:
    """How many programs have an offering that fits; how many others have one that may."""
    fits = np.zeros(len(columns.names.programs), dtype=np.bool_)
    may = fits.copy()
    fits[columns.program[fitting]] = True
    may[columns.program[uncertain]] = True
    return int(np.count_nonzero(fits)), int(np.count_nonzero(may & ~fits))
