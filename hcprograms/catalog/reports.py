"""What a loader did, row by row and in sum."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Skip:
    """A row that was left out, and why. ``line`` is 0 where the data has no lines.

    ``sort`` is the reason without the particulars, for counting.
    """

    table: str
    line: int
    reason: str
    sort: str

    def __str__(self) -> str:
        place = f"{self.table}, line {self.line}" if self.line else self.table
        return f"{place}: {self.reason}"


@dataclass(slots=True)
class Report:
    """Counts per kind of row, every skipped row, and remarks on rows that were taken."""

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    skips: list[Skip] = field(default_factory=list)
    remarks: list[Skip] = field(default_factory=list)

    def skip(self, *, table: str, reason: str, line: int = 0, sort: str = "") -> None:
        """Say that a row was left out."""
        self.skips.append(Skip(table, line, reason, sort or reason))

    def remark(self, *, table: str, reason: str, line: int = 0, sort: str = "") -> None:
        """Say something about a row that was taken."""
        self.remarks.append(Skip(table, line, reason, sort or reason))

    @property
    def summary(self) -> str:
        """One line: “12 created, 0 updated, 3 unchanged, 1 skipped”."""
        return (
            f"{self.created.total()} created, {self.updated.total()} updated,"
            f" {self.unchanged.total()} unchanged, {len(self.skips)} skipped"
        )

    def lines_by_kind(self) -> list[str]:
        """The counts of every kind of row that was met."""
        kinds = sorted({*self.created, *self.updated, *self.unchanged})
        return [
            f"{kind}: {self.created[kind]} created, {self.updated[kind]} updated,"
            f" {self.unchanged[kind]} unchanged"
            for kind in kinds
        ]
