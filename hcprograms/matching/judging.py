"""Scores of offerings for one person, and the reasons behind them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import Columns
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criterion import Criterion, Scores
from hcprograms.matching.kept import kept
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.results import Match, ScoredReason
from hcprograms.matching.sorting_out import Index
from hcprograms.matching.wishes import Rows, Wishes, make_wishes

ROUNDING = 12
"""Decimals of a total. Sums of the same numbers in another order differ by less than that."""


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


class Part(NamedTuple):
    """What one criterion says of some rows."""

    column: Scores
    """NaN where not known."""
    unknown: NDArray[np.bool_] | None
    """Where it is not known; None: nowhere."""


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

    @kept
    def weightiest(self) -> list[int]:
        """The numbers of the criteria that count, those with the largest weights first.

        “facts” is left out: it follows from the others.
        """
        counting = [
            number
            for number, each in enumerate(self.criteria)
            if self.weights[number] and each.key != "facts"
        ]
        return sorted(counting, key=lambda number: -self.weights[number])

    def heard(self, rows: Rows) -> Iterator[tuple[int, Scores]]:
        """What the criteria that were asked for say of these rows, the weightiest first."""
        for number in self.weightiest:
            column = self.criteria[number].score(self.wishes, rows)
            if column is not None:
                yield number, column

    def scores(self, index: Index) -> list[Part | None]:
        """One part per criterion; None where the answers do not ask for it.

        The criterion “facts” says how much of what was asked is known; when nothing was asked,
        its own score, the share of all main facts, stays.
        """
        rows = Rows(self.columns, index, self.wishes)
        found: list[Part | None] = [None] * len(self.criteria)
        facts: int | None = None
        for number, each in enumerate(self.criteria):
            if each.key == "facts":
                facts = number
            elif (column := each.score(self.wishes, rows)) is not None:
                unknown = np.isnan(column)
                found[number] = Part(column, unknown if unknown.any() else None)
        if facts is not None:
            asked = [
                part
                for each, part in zip(self.criteria, found, strict=True)
                if part is not None and each.counts_as_fact
            ]
            own = self.criteria[facts].score
            share = _known_share(asked, len(index)) if asked else own(self.wishes, rows)
            found[facts] = None if share is None else Part(share, None)
        return found

    def score(self, index: Index) -> "Scored":
        """The totals of these rows (in ascending order), and what is needed to explain them."""
        parts = self.scores(index)
        return Scored(self, index, parts, self._means(parts, len(index)))

    def _means(self, parts: Sequence[Part | None], size: int) -> Scores:
        """The weighted mean of the known criteria, per row."""
        total, share = np.zeros(size), np.empty(size)
        used = 0.0
        lacking: Scores | None = None
        for weight, part in zip(self.weights, parts, strict=True):
            if part is None or not weight:
                continue
            used += weight
            np.multiply(part.column, weight, out=share)
            if part.unknown is not None:
                lacking = np.zeros(size) if lacking is None else lacking
                lacking += weight * part.unknown
                share[part.unknown] = 0.0
            total += share
        if lacking is None:
            return total / used if used else total
        known = used - lacking
        return np.divide(total, known, out=np.zeros(size), where=known > 1e-12)

    def match(self, row: int, at: int, parts: Sequence[Part | None]) -> Match:
        """The row as a match; ``at`` is its place in the parts."""
        offering = OneOffering(self.columns, row, self.wishes)
        scores = [None if part is None else _known(part.column.item(at)) for part in parts]
        return Match(offering, lambda: self.reasons(offering, scores))

    def reasons(self, offering: OneOffering, scores: Sequence[float | None]) -> list[ScoredReason]:
        """A reason per criterion, those that add most first."""
        known = zip(self.weights, scores, strict=True)
        used = sum([weight for weight, score in known if score is not None])
        reasons = [
            ScoredReason(each, offering, score, weight / used if score is not None and used else 0)
            for each, score, weight in zip(self.criteria, scores, self.weights, strict=True)
        ]
        reasons.sort(key=_by_share)
        return reasons


@dataclass(frozen=True)
class Scored:
    """Rows with their totals; any of them can be explained."""

    judge: Judge
    index: Index
    """The rows that ``parts`` stand for."""
    parts: Sequence[Part | None]
    totals: Scores

    def matches(self, rows: Sequence[int]) -> list[Match]:
        """These rows as matches."""
        places = np.searchsorted(self.index, rows).tolist()
        return [self.judge.match(row, at, self.parts) for row, at in zip(rows, places, strict=True)]

    def match(self, at: int, row: int) -> Match:
        """The row at this place of the index as a match."""
        return self.judge.match(row, at, self.parts)


def _known_share(parts: Sequence[Part], size: int) -> Scores:
    """Per row, the share of these parts that is known."""
    unknown = np.zeros(size, dtype=np.uint8)
    for part in parts:
        if part.unknown is not None:
            unknown += part.unknown.view(np.uint8)
    return np.asarray(1 - unknown / len(parts))


def _known(score: float) -> float | None:
    return None if score != score else score


def _by_share(reason: ScoredReason) -> float:
    """Those that add most first, unknown ones last."""
    return 1.0 if reason.score is None else -reason.score * reason.weight
