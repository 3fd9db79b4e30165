"""Scores of offerings for one person, and the reasons behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.costs import Index
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criterion import Criterion, Scores
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.results import Match, ScoredReason
from hcprograms.matching.wishes import Rows, Wishes, make_wishes

ROUNDING = 9
"""Totals that differ less than 1e-9 are equal: sums in another order differ by less."""


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

    def scores(self, index: Index, size: int) -> list[Scores | None]:
        """One column per criterion; None where the answers do not ask for it.

        The criterion “facts” says how much of what was asked is known; when nothing was asked,
        its own score, the share of all main facts, stays.
        """
        rows = Rows(self.columns, index, self.wishes)
        found = [each.score(self.wishes, rows) for each in self.criteria]
        facts = next((n for n, each in enumerate(self.criteria) if each.key == "facts"), None)
        asked = [
            column
            for each, column in zip(self.criteria, found, strict=True)
            if column is not None and each.counts_as_fact
        ]
        if facts is not None and asked:
            known = np.zeros(size)
            for column in asked:
                known += ~np.isnan(column)
            found[facts] = known / len(asked)
        return found

    def score(self, index: NDArray[np.intp]) -> "Scored":
        """The totals of these rows (in ascending order), and what is needed to explain them.

        Where most of the catalog is asked for, all of it is scored: whole columns are quicker.
        """
        if 2 * len(index) > len(self.columns):
            columns = self.scores(slice(None), len(self.columns))
            return Scored(self, None, columns, self._means(columns, len(self.columns))[index])
        columns = self.scores(index, len(index))
        return Scored(self, index, columns, self._means(columns, len(index)))

    def _means(self, columns: Sequence[Scores | None], size: int) -> Scores:
        """The weighted mean of the known criteria, per row."""
        total = np.zeros(size)
        used = 0.0
        lacking: Scores | None = None
        for weight, column in zip(self.weights, columns, strict=True):
            if column is None or not weight:
                continue
            used += weight
            unknown = np.isnan(column)
            if unknown.any():
                lacking = np.zeros(size) if lacking is None else lacking
                lacking += weight * unknown
                column = np.where(unknown, 0.0, column)
            total += weight * column
        if lacking is None:
            return total / used if used else total
        known = used - lacking
        return np.divide(total, known, out=np.zeros(size), where=known > 1e-12)

    def match(self, row: int, at: int, columns: Sequence[Scores | None]) -> Match:
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
        reasons.sort(key=_by_share)
        return Match(offering, reasons)


@dataclass(frozen=True)
class Scored:
    """Rows with their totals; any of them can be explained."""

    judge: Judge
    index: NDArray[np.intp] | None
    """The rows that ``columns`` stand for; None: all of the catalog."""
    columns: Sequence[Scores | None]
    totals: Scores

    def matches(self, rows: Sequence[int]) -> list[Match]:
        """These rows with their reasons, those that add most first."""
        places = rows if self.index is None else np.searchsorted(self.index, rows)
        return [
            self.judge.match(int(row), int(at), self.columns)
            for row, at in zip(rows, places, strict=True)
        ]


def _known(score: Any) -> float | None:
    number = float(score)
    return None if number != number else number


def _by_share(reason: ScoredReason) -> float:
    """Those that add most first, unknown ones last."""
    return 1.0 if reason.score is None else -reason.adds
