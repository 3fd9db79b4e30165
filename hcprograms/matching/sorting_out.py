"""Filter first: which offerings pass every hard constraint, and which fail just one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import Columns
from hcprograms.matching.constraint import Constraint, Mask
from hcprograms.matching.constraints import BUDGET, CHEAP_CONSTRAINTS, CONSTRAINTS
from hcprograms.matching.wishes import Rows, Wishes

Index = NDArray[np.intp]


@dataclass(frozen=True)
class Verdict:
    """Every offering's fate under the hard constraints."""

    wishes: Wishes
    columns: Columns
    passing: Index
    too_dear: Index
    """The rows that fail the budget and nothing else."""
    failing: tuple[tuple[Constraint, Mask], ...]
    """The other constraints that were asked for, with the rows that fail them."""
    once: Mask
    """The rows that fail exactly one of those."""

    def near(self) -> Iterator[tuple[Constraint, Index]]:
        """Each constraint with the rows that fail it and nothing else; small changes first."""
        yield BUDGET, self.too_dear
        for constraint, fails in sorted(self.failing, key=lambda entry: entry[0].step):
            rows = np.flatnonzero(fails & self.once)
            yield constraint, _split(self.wishes, self.columns, rows)[0]


def sort_out(wishes: Wishes, columns: Columns) -> Verdict:
    """Check all rows against all constraints; the budget, which costs most, last."""
    rows = Rows(columns, slice(None), wishes)
    asked = [(constraint, constraint.fails(wishes, rows)) for constraint in CHEAP_CONSTRAINTS]
    failing = tuple((constraint, fails) for constraint, fails in asked if fails is not None)
    count = np.zeros(len(columns), dtype=np.uint8)
    for _, fails in failing:
        count += fails.view(np.uint8)
    passing, too_dear = _split(wishes, columns, np.flatnonzero(count == 0))
    return Verdict(wishes, columns, passing, too_dear, failing, count == 1)


def failing_constraints(wishes: Wishes, columns: Columns, row: int) -> list[Constraint]:
    """The hard constraints that this offering fails."""
    rows = Rows(columns, np.asarray([row], dtype=np.intp), wishes)
    found = [(constraint, constraint.fails(wishes, rows)) for constraint in CONSTRAINTS]
    return [constraint for constraint, fails in found if fails is not None and fails[0]]


def _split(wishes: Wishes, columns: Columns, index: Index) -> tuple[Index, Index]:
    """The rows within the budget, and those beyond it."""
    fails = BUDGET.fails(wishes, Rows(columns, index, wishes)) if len(index) else None
    return (index, index[:0]) if fails is None else (index[~fails], index[fails])
