"""Imports real institutions and programs from College Scorecard, with tuition from IPEDS.

Only what the files say is stored, each with its source and period; everything else stays
unknown. One transaction: an unreadable file leaves nothing behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from django.utils.text import slugify

from hcprograms.catalog.bulk import BulkKeeper, in_batches
from hcprograms.catalog.file_imports import FileRun, Progress, no_progress, opened
from hcprograms.catalog.published_files import (
    IPEDS_TUITION,
    SCORECARD_FIELD_OF_STUDY,
    SCORECARD_INSTITUTIONS,
    period_of,
)
from hcprograms.catalog.reports import Report
from hcprograms.catalog.scorecard_programs import keep_programs
from hcprograms.catalog.scorecard_rows import (
    InstitutionRow,
    ProgramRow,
    TuitionFact,
    UnusableRow,
    read_institution,
    read_program,
    read_tuition,
)
from hcprograms.catalog.tables import Table
from hcprograms.institutions.models import Institution

SLUG_LENGTH = 100


def import_scorecard(
    *,
    institutions: Path,
    field_of_study: Path,
    tuition: Path | None = None,
    now: datetime,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Import both files (and tuition) and say per row what was done.

    Raises :class:`UnreadableFile` before anything is written. With ``dry_run`` everything is
    done and undone again, so that the report is the true one.
    """
    files = {
        "tuition": (tuition, IPEDS_TUITION),
        "institutions": (institutions, SCORECARD_INSTITUTIONS),
        "field of study": (field_of_study, SCORECARD_FIELD_OF_STUDY),
    }
    with opened(files, dry_run=dry_run) as tables:
        run = _Run(now=now, progress=progress)
        if "tuition" in tables:
            run.read_tuition(tables["tuition"])
        run.import_institutions(tables["institutions"])
        run.import_programs(tables["field of study"])
    return run.report


@dataclass(frozen=True, slots=True)
class _Known:
    """What the institutions file says of a UNITID, for its programs."""

    line: int
    is_open: bool
    is_distance_only: bool


@dataclass(kw_only=True)
class _Run(FileRun):
    now: datetime
    tuition: dict[str, list[TuitionFact]] = field(default_factory=dict)
    known: dict[str, _Known] = field(default_factory=dict)
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def read_tuition(self, table: Table) -> None:
        label, period = "tuition", period_of(table.path)
        for row in self.rows(table, label=label):
            try:
                unitid, facts, problems = read_tuition(row, period=period)
            except UnusableRow as error:
                self.report.skip(table=label, line=row.line, reason=str(error), sort=error.sort)
                continue
            if unitid in self.tuition:
                self._skip_repeated(label=label, line=row.line, what=f"UNITID {unitid}")
                continue
            self.tuition[unitid] = facts
            self._remark(label=label, line=row.line, problems=problems)

    def import_institutions(self, table: Table) -> None:
        label, period = "institutions", period_of(table.path)
        items = self._institution_rows(table, label=label, period=period)
        for batch in in_batches(items):
            self._keep_institutions(batch, label=label)
        for unitid in self.tuition.keys() - self.known.keys():
            reason = f"UNITID {unitid} is not in the institutions file"
            self.report.remark(table="tuition", reason=reason, sort="not in the institutions file")

    def _institution_rows(
        self, table: Table, *, label: str, period: str
    ) -> Iterator[tuple[int, InstitutionRow]]:
        for row in self.rows(table, label=label):
            try:
                item = read_institution(row, period=period, tuition=self.tuition)
            except UnusableRow as error:
                self.report.skip(table=label, line=row.line, reason=str(error), sort=error.sort)
                continue
            if item.unitid in self.known:
                self._skip_repeated(label=label, line=row.line, what=f"UNITID {item.unitid}")
                continue
            self.known[item.unitid] = _Known(row.line, item.is_open, item.is_distance_only)
            self._remark(label=label, line=row.line, problems=item.problems)
            yield row.line, item

    def _keep_institutions(self, batch: list[tuple[int, InstitutionRow]], *, label: str) -> None:
        unitids = [item.unitid for _line, item in batch]
        present = {str(row.unitid): row for row in Institution.objects.filter(unitid__in=unitids)}
        wished = {item.unitid: slugify(item.values["name"])[:SLUG_LENGTH] for _line, item in batch}
        slugs = Institution.objects.filter(slug__in=wished.values())
        taken = set(slugs.values_list("slug", flat=True))
        keeper = BulkKeeper(Institution, report=self.report, now=self.now)
        for line, item in batch:
            row = present.get(item.unitid)
            if row is None and not item.is_open:
                reason = f"{item.values['name']} (UNITID {item.unitid}) is closed (CURROPER 0)"
                self.report.skip(table=label, line=line, reason=reason, sort="closed institution")
                continue
            slug = wished[item.unitid]
            if row is None and (slug in taken or not slug):
                slug = f"{slug}-{item.unitid}".strip("-")
            taken.add(slug)
            keeper.keep(
                row=row,
                make=partial(Institution, unitid=item.unitid, slug=slug),
                values={**item.values, "is_published": item.is_open},
                table=label,
                line=line,
            )
        keeper.flush()

    def import_programs(self, table: Table) -> None:
        label, period = "field of study", period_of(table.path)
        online = {unitid for unitid, known in self.known.items() if known.is_distance_only}
        for batch in in_batches(self._program_rows(table, label=label)):
            keep_programs(
                batch=batch, period=period, distance_only=online, report=self.report, now=self.now
            )

    def _program_rows(self, table: Table, *, label: str) -> Iterator[tuple[int, ProgramRow]]:
        for row in self.rows(table, label=label):
            try:
                item = read_program(row)
                self._check_institution(item)
            except UnusableRow as error:
                self.report.skip(table=label, line=row.line, reason=str(error), sort=error.sort)
                continue
            key = (item.unitid, item.import_key)
            first = self.first_lines.setdefault(key, row.line)
            if first != row.line:
                what = f"UNITID {item.unitid}, CIP {item.cip_code}, level {item.credential}"
                self._skip_repeated(label=label, line=row.line, what=what)
                continue
            yield row.line, item

    def _check_institution(self, item: ProgramRow) -> None:
        known = self.known.get(item.unitid)
        if known and not known.is_open:
            reason = f"the institution with UNITID {item.unitid} is closed"
            raise UnusableRow(reason, sort="closed institution")

    def _remark(self, *, label: str, line: int, problems: list[tuple[str, str]]) -> None:
        for reason, sort in problems:
            self.report.remark(table=label, line=line, reason=reason, sort=sort)

    def _skip_repeated(self, *, label: str, line: int, what: str) -> None:
        reason = f"{what} came before"
        self.report.skip(table=label, line=line, reason=reason, sort="came before in the file")
