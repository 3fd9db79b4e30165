"""What the importers of public files share: opening them, one transaction, telling of bad rows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from hcprograms.catalog.reports import Report
from hcprograms.catalog.tables import BadRow, Kind, Row, Table

Progress = Callable[[str, float], None]


def no_progress(_label: str, _done: float) -> None:
    """Tells nobody."""


@contextmanager
def opened(
    files: Mapping[str, tuple[Path | None, Kind]], *, dry_run: bool
) -> Iterator[dict[str, Table]]:
    """The tables by label, without those that have no path, inside one transaction.

    Raises :class:`UnreadableFile` before anything is written; with ``dry_run`` everything is
    done and undone again.
    """
    with ExitStack() as stack:
        tables = {
            label: stack.enter_context(Table(path=path, kind=kind))
            for label, (path, kind) in files.items()
            if path
        }
        with transaction.atomic():
            yield tables
            transaction.set_rollback(dry_run)


@dataclass(kw_only=True)
class FileRun:
    """One run of an importer."""

    progress: Progress
    report: Report = field(default_factory=Report)

    def rows(self, table: Table, *, label: str) -> Iterator[Row]:
        """The rows that could be taken apart; the others are reported."""
        for row in table:
            if isinstance(row, BadRow):
                self.report.skip(table=label, line=row.line, reason=row.reason)
            else:
                yield row
            self.progress(label, table.progress)
