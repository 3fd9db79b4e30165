"""Leaves out early what cannot be among the best, so that few rows are scored in full.

Criteria are looked at one by one, the weightiest first. A row whose scores so far fall short of a
total that enough others reach, even if all its other scores were perfect, is not looked at again.
Nothing is lost by it: the best rows and their totals are those of scoring everything.
"""

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.criterion import Scores
from hcprograms.matching.judging import ROUNDING, Judge
from hcprograms.matching.sorting_out import Index, Verdict
from hcprograms.matching.wishes import Rows

FEW = 4_000
"""So many rows are scored at once; leaving some of them out would cost more than it saves."""
SEEDS = 8
"""Rows per wanted one that are scored in full first, to learn what total it takes."""
SAMPLED = 16
"""How many rows each of those is the best of, by its weightiest criterion."""


def find_candidates(verdict: Verdict, judge: Judge, wanted: int) -> Index:
    """Rows that pass, in ascending order; the ``wanted`` best and all that tie are among them."""
    few = max(FEW, SEEDS * wanted)
    if verdict.passed <= few:
        return verdict.passing
    race = Race(verdict, judge)
    rest: float | None = None
    for number in judge.weightiest:
        column = race.score(number)
        if column is None:
            continue
        if rest is None:
            seeds = race.pick(_best_of_blocks(column, SEEDS * wanted))
            least, rest = _find_aim(judge, seeds, wanted)
        rest -= judge.weights[number]
        race.leave_out(column, judge.weights[number], least, rest)
        if len(race) <= few:
            break
    return verdict.passing if race.index is None else race.index


def _best_of_blocks(column: Scores, blocks: int) -> Index:
    """The place of the best score in each of so many blocks of rows from all over the catalog."""
    step = max(1, len(column) // (blocks * SAMPLED))
    sample = column[::step][: blocks * SAMPLED]
    width = len(sample) // blocks
    table = sample[: width * blocks].reshape(blocks, width)
    best: Index = (
        np.where(table >= 0, table, -1).argmax(axis=1) + np.arange(blocks) * width
    ) * step
    return best


def _find_aim(judge: Judge, seeds: Index, wanted: int) -> tuple[float, float]:
    """A total that ``wanted`` rows reach at least, and the sum of the weights that were asked for.

    The total is a little lower, so that sums in another order make no difference.
    """
    scored = judge.score(seeds)
    asked = [
        weight for weight, part in zip(judge.weights, scored.parts, strict=True) if part is not None
    ]
    if len(seeds) < wanted:
        return 0.0, sum(asked)
    return float(np.partition(scored.totals, -wanted)[-wanted]) - 2 * 10.0**-ROUNDING, sum(asked)


class Race:
    """The rows that may still be among the best."""

    def __init__(self, verdict: Verdict, judge: Judge) -> None:
        self.verdict = verdict
        self.judge = judge
        self.index: Index | None = None if verdict.close is None else verdict.passing
        """None: all rows, those that fail a constraint included."""
        self.ahead: float | NDArray[np.float64] = 0.0
        """By how much each row's scores so far lift it above the total that it takes."""

    def __len__(self) -> int:
        return len(self.judge.columns) if self.index is None else len(self.index)

    def score(self, number: int) -> Scores | None:
        """What this criterion says of the rows."""
        judge = self.judge
        index = slice(None) if self.index is None else self.index
        return judge.criteria[number].score(judge.wishes, Rows(judge.columns, index, judge.wishes))

    def pick(self, places: Index) -> Index:
        """The rows at these places, those that fail a constraint left out."""
        if self.index is None:
            return places[self.verdict.passes[places]]
        return self.index[places]

    def leave_out(self, column: Scores, weight: float, least: float, rest: float) -> None:
        """Leave out what cannot reach a total of ``least``; ``rest``: weights not yet looked at.

        A total is the mean of the known scores, each by its weight; where a score is not known,
        its weight counts for nothing.
        """
        can = ~(column < least - ((1 - least) * rest + self.ahead) / weight)
        if self.index is None:
            can &= self.verdict.passes
        keep = np.flatnonzero(can)
        gain = (column.take(keep) - least) * weight
        gain[np.isnan(gain)] = 0.0
        self.ahead = gain + (self.ahead if isinstance(self.ahead, float) else self.ahead[keep])
        self.index = keep if self.index is None else self.index[keep]
