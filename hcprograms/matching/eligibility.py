"""Which offerings meet every hard constraint, which may, and which fail just one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.constraints import CONSTRAINTS, Constraint, ConstraintResult, Mask
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import Index, Snapshot

RowNumbers = NDArray[np.intp]


@dataclass(frozen=True)
class Eligibility:
    """What the hard constraints say of every offering."""

    results: Sequence[tuple[Constraint, ConstraintResult]]
    """Of the constraints that were asked for."""
    failed: NDArray[np.uint8]
    """How many constraints each row fails."""
    unknown: Mask
    """The rows that do not publish enough to tell whether they meet everything."""

    @property
    def fitting(self) -> RowNumbers:
        """The rows that are known to meet everything."""
        return np.flatnonzero((self.failed == 0) & ~self.unknown)

    @property
    def uncertain(self) -> RowNumbers:
        """The rows that fail nothing, but are not known to meet everything."""
        return np.flatnonzero((self.failed == 0) & self.unknown)

    def iterate_near(self) -> Iterator[tuple[Constraint, RowNumbers]]:
        """Each constraint with the rows that fail it and are known to meet all else.

        Those come first that small changes can meet.
        """
        near = np.flatnonzero((self.failed == 1) & ~self.unknown)
        for constraint, result in sorted(self.results, key=lambda pair: pair[0].step):
            yield constraint, near[result.fails[near]]


def check_eligibility(profile: MatchProfile, snapshot: Snapshot) -> Eligibility:
    """Check all rows against all constraints."""
    results = check_constraints(profile, snapshot, slice(None))
    failed = np.zeros(len(snapshot), dtype=np.uint8)
    unknown = np.zeros(len(snapshot), dtype=np.bool_)
    for _constraint, result in results:
        failed += result.fails.view(np.uint8)  # As bool, numpy would convert it first.
        if result.unknown is not None:
            unknown |= result.unknown
    return Eligibility(results, failed, unknown)


def check_constraints(
    profile: MatchProfile, snapshot: Snapshot, rows: Index
) -> list[tuple[Constraint, ConstraintResult]]:
    """The constraints that the answers ask for, each with what it says of these rows."""
    found = [(one, one.check(profile, snapshot, rows)) for one in CONSTRAINTS]
    return [(constraint, result) for constraint, result in found if result is not None]


def is_known_to_fit(profile: MatchProfile, snapshot: Snapshot, row: int) -> bool:
    """Whether this row is known to meet every constraint."""
    results = check_constraints(profile, snapshot, slice(row, row + 1))
    return not any(
        result.fails[0] or (result.unknown is not None and result.unknown[0])
        for _constraint, result in results
    )


def list_unknown_keys(
    profile: MatchProfile, snapshot: Snapshot, rows: RowNumbers
) -> list[tuple[str, ...]]:
    """For each of these rows the keys of the answers that its published facts do not settle."""
    results = check_constraints(profile, snapshot, rows)
    masks = [
        (constraint.asked_key(profile), result.unknown)
        for constraint, result in results
        if result.unknown is not None
    ]
    return [
        tuple(dict.fromkeys(key for key, unknown in masks if unknown[place]))
        for place in range(len(rows))
    ]
