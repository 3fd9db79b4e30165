"""Scores of offerings for one person, and the reasons behind them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.costs import Index
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criterion import Criterion
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

    def scores(self, index: Index, size: int) -> list[NDArray[np.float64] | None]:
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

    def totals(self, index: NDArray[np.intp]) -> NDArray[np.float64]:
        """The weighted mean of the known criteria, per row."""
        if 2 * len(index) > len(self.columns):
            return self._means(slice(None), len(self.columns))[index]
        return self._means(index, len(index))

    def _means(self, index: Index, size: int) -> NDArray[np.float64]:
        total = np.zeros(size)
        used = 0.0
        lacking: NDArray[np.float64] | None = None
        for weight, column in zip(self.weights, self.scores(index, size), strict=True):
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

    def matches(self, index: NDArray[np.intp]) -> list[Match]:
        """These rows with their reasons, those that add most first."""
        columns = self.scores(index, len(index))
        return [self._match(int(row), at, columns) for at, row in enumerate(index)]

    def _match(self, row: int, at: int, columns: Sequence[NDArray[np.float64] | None]) -> Match:
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
        reasons.sort(key=lambda reason: (reason.score is None, -reason.adds))
        return Match(offering, reasons)


def _known(score: Any) -> float | None:
    number = float(score)
    return None if number != number else number
