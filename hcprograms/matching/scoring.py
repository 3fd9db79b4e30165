"""Scores of offerings for one person: one column per criterion, and their weighted mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.criteria.base import Criterion, Scores
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import Index, Snapshot

FACTS = "facts"
"""Key of the criterion that says how much of what was asked about is published."""


class WeightedCriterion(NamedTuple):
    """A criterion with its share in the total, and its name in the reader's language."""

    criterion: Criterion
    weight: float
    """The weights of all criteria sum to one."""
    label: str


@dataclass(frozen=True)
class ScoreTable:
    """Some rows with their scores."""

    criteria: Sequence[WeightedCriterion]
    columns: Sequence[Scores | None]
    """Per criterion a score per row, NaN where not known; None where it was not asked for."""
    totals: Scores

    def scores_at(self, place: int) -> list[float | None]:
        """Per criterion the score of the row at this place; None: not asked for or not known."""
        scores = [None if column is None else column.item(place) for column in self.columns]
        return [None if score is None or isnan(score) else score for score in scores]


def weigh_criteria(
    criteria: Sequence[Criterion], weights: Mapping[str, float]
) -> Sequence[WeightedCriterion]:
    """The criteria with their weights, which ``weights`` replaces by key, normalised to one."""
    given = [max(0.0, weights.get(each.key, each.weight)) for each in criteria]
    whole = sum(given) or 1.0
    return [
        WeightedCriterion(each, weight / whole, str(each.label))
        for each, weight in zip(criteria, given, strict=True)
    ]


def score_rows(
    profile: MatchProfile, snapshot: Snapshot, rows: Index, *, criteria: Sequence[WeightedCriterion]
) -> ScoreTable:
    """The scores of these rows by all criteria, and their totals.

    The criterion “facts” says how much of what was asked is known; when nothing was asked, its own
    score, the share of all main facts, stays. The total is the mean of the known scores, each by
    its weight; where a score is not known, its weight counts for nothing.
    """
    size = len(snapshot.kinds[rows])
    columns = [
        None if each.criterion.key == FACTS else each.criterion.score(profile, snapshot, rows)
        for each in criteria
    ]
    unknown = [None if column is None else np.isnan(column) for column in columns]
    asked = [
        mask
        for each, mask in zip(criteria, unknown, strict=True)
        if mask is not None and each.criterion.counts_as_fact
    ]
    for place, each in enumerate(criteria):
        if each.criterion.key == FACTS:
            own = each.criterion.score
            columns[place] = _known_share(asked) if asked else own(profile, snapshot, rows)
    total, known_weight = np.zeros(size), np.zeros(size)
    for each, column, mask in zip(criteria, columns, unknown, strict=True):
        if column is None or not each.weight:
            continue
        if mask is None or not mask.any():
            total += each.weight * column
            known_weight += each.weight
        else:
            total += np.where(mask, 0.0, each.weight * column)
            known_weight += np.where(mask, 0.0, each.weight)
    totals = np.divide(total, known_weight, out=np.zeros(size), where=known_weight > 1e-12)
    return ScoreTable(criteria, columns, totals)


def _known_share(unknown: Sequence[NDArray[np.bool_]]) -> Scores:
    """Per row the share of the columns that is known."""
    lacking = np.zeros(len(unknown[0]), dtype=np.uint8)
    for mask in unknown:
        lacking += mask.view(np.uint8)
    return np.asarray(1 - lacking / len(unknown))
