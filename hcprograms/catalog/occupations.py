"""Imports what O*NET and the wage statistics say of the catalog's roles, and which programs
lead to them by the CIP-SOC crosswalk. One transaction; only what the files say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from hcprograms.catalog.bulk import BulkKeeper, in_batches
from hcprograms.catalog.codes import WrongValue, read_soc
from hcprograms.catalog.crosswalk import map_programs
from hcprograms.catalog.file_imports import FileRun, Progress, no_progress, opened
from hcprograms.catalog.models.occupations import Occupation
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.catalog.occupation_rows import (
    ONET_FILES,
    Crosswalk,
    OccupationFacts,
    Taker,
    find_onet_files,
    onet_edition,
    read_wages,
    wage_period,
)
from hcprograms.catalog.published_files import BLS_WAGES, CIP_SOC_CROSSWALK
from hcprograms.catalog.reports import Report
from hcprograms.catalog.tables import Kind, Table


def import_occupations(
    *,
    onet: Path,
    crosswalk: Path,
    wages: Path | None = None,
    now: datetime,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Import occupations for the roles' codes and map programs to roles.

    Raises :class:`UnreadableFile` before anything is written. With ``dry_run`` everything is
    done and undone again.
    """
    files: dict[str, tuple[Path | None, Kind]] = {
        name: (path, ONET_FILES[name][0]) for name, path in find_onet_files(onet).items()
    }
    files |= {"crosswalk": (crosswalk, CIP_SOC_CROSSWALK), "wages": (wages, BLS_WAGES)}
    with opened(files, dry_run=dry_run) as tables:
        run = _Run(now=now, progress=progress)
        for name in [name for name in ONET_FILES if name in tables]:
            run.gather(tables[name], label=name, take=ONET_FILES[name][1])
        if "wages" in tables:
            run.gather_wages(tables["wages"])
        run.keep_occupations(edition=onet_edition(onet))
        subjects = run.read_crosswalk(tables["crosswalk"])
        map_programs(crosswalk=subjects, report=run.report, progress=progress)
    return run.report


@dataclass(kw_only=True)
class _Run(FileRun):
    now: datetime
    facts: dict[str, OccupationFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for codes in CareerRole.objects.values_list("onet_codes", flat=True):
            for code in codes:
                self.facts[code] = OccupationFacts()

    def gather(self, table: Table, *, label: str, take: Taker) -> None:
        """Take what concerns the roles' codes; the other occupations are merely counted."""
        others = set()
        for row in self.rows(table, label=label):
            try:
                code = read_soc(row["O*NET-SOC Code"])
                if code in self.facts:
                    take(row, self.facts[code])
                else:
                    others.add(code)
            except WrongValue as error:
                self.report.skip(table=label, line=row.line, reason=str(error))
        if others:
            reason = f"{len(others)} occupations that no role of the catalog names were left out"
            self.report.remark(table=label, reason=reason)

    def gather_wages(self, table: Table) -> None:
        label, period = "wages", wage_period(table.path)
        by_soc: dict[str, dict[str, Any]] = {}
        for row in self.rows(table, label=label):
            try:
                found = read_wages(row, period=period)
            except WrongValue as error:
                self.report.skip(table=label, line=row.line, reason=str(error))
                continue
            if found:
                by_soc.setdefault(*found)
        for code, facts in self.facts.items():
            facts.wages = by_soc.get(code[:7], {})

    def keep_occupations(self, *, edition: str) -> None:
        origin = {
            "source": f"O*NET {edition} Database" if edition else "O*NET Database",
            "source_as_of": edition,
        }
        for batch in in_batches(sorted(self.facts.items())):
            self._keep_batch(dict(batch), origin=origin)

    def _keep_batch(self, batch: Mapping[str, OccupationFacts], *, origin: dict[str, str]) -> None:
        present = {row.code: row for row in Occupation.objects.filter(code__in=batch)}
        keeper = BulkKeeper(Occupation, report=self.report, now=self.now)
        for code, facts in batch.items():
            if not facts.title:
                reason = f"{code} is named by a role but not in Occupation Data (retired?)"
                self.report.skip(table="Occupation Data", reason=reason)
                continue
            keeper.keep(
                row=present.get(code),
                make=partial(Occupation, code=code),
                values={**facts.values(), **origin},
                table="Occupation Data",
                line=0,
            )
        keeper.flush()

    def read_crosswalk(self, table: Table) -> Crosswalk:
        crosswalk = Crosswalk()
        for row in self.rows(table, label="crosswalk"):
            try:
                crosswalk.add(row)
            except WrongValue as error:
                self.report.skip(table="crosswalk", line=row.line, reason=str(error))
        return crosswalk
