"""What importing a sheet did, or would do, row by row."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: what was there, and what the file says."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row cannot be taken; ``column`` is empty where it is the row as a whole."""

    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """One row of the file, by its number there."""

    line: int
    fate: Fate
    name: str = ""
    changes: Sequence[Change] = ()
    refusals: Sequence[Refusal] = ()
    instance: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Outcome:
    """The whole file. ``is_written`` tells whether it came to be."""

    rows: Sequence[RowOutcome]
    is_written: bool = False
    warnings: Sequence[str] = ()
    """What else comes of it, beyond the rows of the file."""

    @cached_property
    def counts(self) -> Counter[Fate]:
        return Counter(row.fate for row in self.rows)

    def of(self, fate: Fate) -> list[RowOutcome]:
        return [row for row in self.rows if row.fate == fate]

    @property
    def is_refused(self) -> bool:
        """One row that cannot be taken keeps all others back."""
        return self.counts[Fate.REFUSED] > 0

    @property
    def does_something(self) -> bool:
        return self.counts[Fate.NEW] + self.counts[Fate.CHANGED] > 0

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what would happen: what was looked at is what is done, or nothing is."""
        told = [
            [row.line, row.fate, [asdict(change) for change in row.changes]]
            for row in self.rows
            if row.fate != Fate.UNCHANGED
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()
