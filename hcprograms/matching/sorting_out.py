"""Filter first: which offerings fit everything, which may fit, and which fail just one thing."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import Columns
from hcprograms.matching.constraint import Constraint, Mask, as_mask
from hcprograms.matching.constraints import BUDGET, CHEAP_CONSTRAINTS, CONSTRAINTS
from hcprograms.matching.kept import kept
from hcprograms.matching.wishes import Rows, Wishes

Index = NDArray[np.intp]


@dataclass(frozen=True)
class Verdict:
    """Every offering's fate under the hard constraints."""

    close: Index | None
    """The rows that fail one of the cheap constraints at most; None: look at all rows."""
    failed: NDArray[np.uint8]
    """How many constraints each of those rows fails."""
    too_dear: Mask | None
    """Which of those rows fail the budget; None: it was not asked for."""
    failing: tuple[tuple[Constraint, Mask], ...]
    """The cheap constraints that were asked for, with all the rows that fail them."""
    unknown: Mask | None = None
    """Which of those rows do not say whether they meet all that was asked for; None: none."""

    @classmethod
    def of(cls, rows: Index) -> "Verdict":
        """These rows pass, and no others are looked at."""
        return cls(rows, np.zeros(len(rows), dtype=np.uint8), None, ())

    @kept
    def passes(self) -> Mask:
        """Which of the close rows pass everything."""
        return as_mask(self.failed == 0)

    @kept
    def passed(self) -> int:
        """How many rows pass everything."""
        return int(np.count_nonzero(self.passes))

    @kept
    def passing(self) -> Index:
        """The rows that pass everything."""
        return self._rows(self.passes)

    @kept
    def fitting(self) -> "Verdict":
        """The rows that are known to meet everything."""
        if self.unknown is None:
            return self
        return self._only(as_mask(self.passes & ~self.unknown))

    @kept
    def uncertain(self) -> "Verdict":
        """The rows that fail nothing, but do not say enough to be known to meet everything."""
        if self.unknown is None:
            return Verdict.of(np.zeros(0, dtype=np.intp))
        return self._only(as_mask(self.passes & self.unknown))

    def _only(self, passes: Mask) -> "Verdict":
        """These of the close rows pass, and no others."""
        if self.close is None and 2 * np.count_nonzero(passes) > len(passes):
            # Where most rows pass, a mask over all of them is quicker than their numbers.
            return Verdict(None, (~passes).view(np.uint8), None, ())
        return Verdict.of(self._rows(passes))

    def near(self) -> Iterator[tuple[Constraint, Index]]:
        """Each constraint with the rows that fail it and meet all else; small changes first."""
        once = self.failed == 1
        if self.unknown is not None:
            once &= ~self.unknown
        if self.too_dear is not None:
            yield BUDGET, self._rows(once & self.too_dear)
            once &= ~self.too_dear
        rows = self._rows(once)
        for constraint, fails in sorted(self.failing, key=lambda entry: entry[0].step):
            yield constraint, rows.take(np.flatnonzero(fails.take(rows)))

    def _rows(self, mask: Mask) -> Index:
        """The rows where the mask is set; numbers first, since numpy takes by them far quicker."""
        found = np.flatnonzero(mask)
        return found if self.close is None else self.close.take(found)


def sort_out(wishes: Wishes, columns: Columns) -> Verdict:
    """Check all rows against all constraints; the budget, which costs most, last."""
    rows = Rows(columns, slice(None), wishes)
    asked = [(constraint, constraint.fails(wishes, rows)) for constraint in CHEAP_CONSTRAINTS]
    failing = tuple((constraint, fails) for constraint, fails in asked if fails is not None)
    failed = np.zeros(len(columns), dtype=np.uint8)
    for _, fails in failing:
        failed += fails.view(np.uint8)
    few = failed <= 1
    close = None if 2 * np.count_nonzero(few) > len(columns) else np.flatnonzero(few)
    if close is not None:
        rows, failed = Rows(columns, close, wishes), failed[close]
    too_dear = BUDGET.fails(wishes, rows) if len(failed) else None
    if too_dear is not None:
        failed = failed + too_dear.view(np.uint8)
    return Verdict(close, failed, too_dear, failing, _find_unknown(wishes, rows))


def _find_unknown(wishes: Wishes, rows: Rows) -> Mask | None:
    """The rows of which some constraint that was asked for cannot be told; None: none."""
    masks = [constraint.unknown(wishes, rows) for constraint in CONSTRAINTS]
    asked = [mask for mask in masks if mask is not None]
    unknown = as_mask(np.logical_or.reduce(asked)) if asked else None
    return unknown if unknown is not None and unknown.any() else None


def failing_constraints(wishes: Wishes, columns: Columns, row: int) -> list[Constraint]:
    """The hard constraints that this offering fails."""
    rows = Rows(columns, np.asarray([row], dtype=np.intp), wishes)
    found = [(constraint, constraint.fails(wishes, rows)) for constraint in CONSTRAINTS]
    return [constraint for constraint, fails in found if fails is not None and fails[0]]


def list_unknown_keys(wishes: Wishes, columns: Columns, numbers: Index) -> list[tuple[str, ...]]:
    """For each of these rows the keys of the answers that its published facts do not settle."""
    rows = Rows(columns, np.asarray(numbers, dtype=np.intp), wishes)
    found: list[list[str]] = [[] for _ in range(len(rows))]
    for constraint in CONSTRAINTS:
        mask = constraint.unknown(wishes, rows)
        if mask is not None:
            key = constraint.asked_key(wishes)
            for at in np.flatnonzero(mask).tolist():
                found[at].append(key)
    return [tuple(dict.fromkeys(keys)) for keys in found]
