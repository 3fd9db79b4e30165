"""Leaves out early what cannot be among the best, so that few rows are scored in full.

A sample tells what total it takes to be among the best. Then criteria are looked at one by one,
the weightiest first: a row whose scores so far fall short of that total, even if all its other
scores were perfect, is not looked at again. Nothing is lost by it: the best rows and their totals
are those of scoring everything.
"""

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.criterion import Scores
from hcprograms.matching.judging import ROUNDING, Judge
from hcprograms.matching.sorting_out import Index, Verdict
from hcprograms.matching.wishes import Rows

FEW = 4_000
"""So many rows are scored at once; leaving some of them out would cost more than it saves."""
SEEDS = 4
"""Rows per wanted one that are scored in full, to learn what total it takes."""
SAMPLED = 32
"""Rows of which each of those is the most promising by the two weightiest criteria."""


def find_candidates(verdict: Verdict, judge: Judge, wanted: int) -> Index:
    """Rows that pass, in ascending order; the ``wanted`` best and all that tie are among them."""
    few = max(FEW, SEEDS * wanted)
    if verdict.passed <= few:
        return verdict.passing
    seeds = _find_seeds(verdict, judge, SEEDS * wanted)
    if len(seeds) < wanted:
        return verdict.passing
    scored = judge.score(seeds)
    # A little lower, so that sums in another order make no difference.
    least = float(np.partition(scored.totals, -wanted)[-wanted]) - 2 * 10.0**-ROUNDING
    asked = {number for number, part in enumerate(scored.parts) if part is not None}
    race = Race(verdict, judge, least, sum(judge.weights[number] for number in asked))
    for number in judge.weightiest:
        if number in asked and len(race) > few:
            race.leave_out(number)
    return verdict.passing if race.index is None else race.index


def _find_seeds(verdict: Verdict, judge: Judge, count: int) -> Index:
    """Promising rows from all over the catalog; some fewer where constraints leave gaps."""
    size = verdict.passed if verdict.close is not None else len(judge.columns)
    step = max(1, size // (count * SAMPLED))
    index = slice(None, None, step) if verdict.close is None else verdict.passing[::step]
    rows = Rows(judge.columns, index, judge.wishes)
    promise = np.zeros(len(rows))
    for number, column in islice(judge.heard(rows), 2):
        promise += judge.weights[number] * np.where(column >= 0, column, 0)
    width = len(promise) // count
    best = promise[: width * count].reshape(count, width).argmax(axis=1)
    places: Index = (best + np.arange(count) * width) * step
    if verdict.close is not None:
        return verdict.passing.take(places)
    return places.compress(verdict.passes.take(places))


class Race:
    """The rows that may still be among the best."""

    def __init__(self, verdict: Verdict, judge: Judge, least: float, rest: float) -> None:
        self.verdict = verdict
        self.judge = judge
        self.index: Index | None = None if verdict.close is None else verdict.passing
        """None: all rows, those that fail a constraint included."""
        self.least = least
        """The total that it takes."""
        self.rest = rest
        """The weights of the criteria that have not been looked at yet."""
        self.ahead: float | NDArray[np.float64] = 0.0
        """By how much each row's scores so far lift it above the total that it takes."""

    def __len__(self) -> int:
        return len(self.judge.columns) if self.index is None else len(self.index)

    def leave_out(self, number: int) -> None:
        """Leave out what cannot reach the total with what this criterion says of it.

        A total is the mean of the known scores, each by its weight; where a score is not known,
        its weight counts for nothing.
        """
        judge, weight = self.judge, self.judge.weights[number]
        index = slice(None) if self.index is None else self.index
        column = judge.criteria[number].score(
            judge.wishes, Rows(judge.columns, index, judge.wishes)
        )
        if column is None:
            return
        self.rest -= weight
        can = ~(column < self.least - ((1 - self.least) * self.rest + self.ahead) / weight)
        if self.index is None:
            can &= self.verdict.passes
        keep = np.flatnonzero(can)
        self._lift(column.take(keep), weight, keep)
        self.index = keep if self.index is None else self.index.take(keep)

    def _lift(self, scores: Scores, weight: float, keep: Index) -> None:
        gain = (scores - self.least) * weight
        gain[np.isnan(gain)] = 0.0
        self.ahead = gain + (self.ahead if isinstance(self.ahead, float) else self.ahead[keep])
