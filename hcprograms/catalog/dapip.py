"""Imports DAPIP's accreditation records and actions as dated history.

Every record is marked historical, so none of them ever makes a current claim. Records are
append-only: what a newer export says differently supersedes the earlier record.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hcprograms.catalog.bulk import in_batches
from hcprograms.catalog.dapip_rows import (
    HistoryRow,
    Places,
    match_agencies,
    plain_name,
    read_action,
    read_record,
)
from hcprograms.catalog.file_imports import FileRun, Progress, no_progress, opened
from hcprograms.catalog.keeping import digest_of
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.published_files import DAPIP_ACTIONS, DAPIP_CAMPUSES, DAPIP_RECORDS
from hcprograms.catalog.reports import Report
from hcprograms.catalog.scorecard_rows import UnusableRow
from hcprograms.catalog.tables import Row, Table
from hcprograms.institutions.change_log import log_created
from hcprograms.institutions.models import Institution

Item = tuple[int, HistoryRow, str]
LABEL = "accreditation record"
SOURCE = "DAPIP export (history)"
WHOLE_INSTITUTION = "institutional accreditation"


def import_dapip(
    *,
    records: Path,
    campuses: Path,
    actions: Path | None = None,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Add the history of the institutions that are here already.

    Raises :class:`UnreadableFile` before anything is written. With ``dry_run`` everything is
    done and undone again.
    """
    files = {
        "campuses": (campuses, DAPIP_CAMPUSES),
        "records": (records, DAPIP_RECORDS),
        "actions": (actions, DAPIP_ACTIONS),
    }
    with opened(files, dry_run=dry_run) as tables:
        run = _Run(progress=progress)
        run.read_places(tables["campuses"])
        run.import_rows(tables["records"], label="records", read=read_record)
        if "actions" in tables:
            run.import_rows(tables["actions"], label="actions", read=read_action)
    return run.report


@dataclass(kw_only=True)
class _Run(FileRun):
    places: Places = field(default_factory=Places)
    agencies: dict[str, int] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.agencies = match_agencies(Accreditor.objects.values_list("pk", "name"))

    def read_places(self, table: Table) -> None:
        for row in self.rows(table, label="campuses"):
            try:
                self.places.add(row)
            except UnusableRow as error:
                self._skip("campuses", row.line, error)

    def import_rows(self, table: Table, *, label: str, read: Callable[[Row], HistoryRow]) -> None:
        for batch in in_batches(self._items(table, label=label, read=read)):
            self._keep(batch, label=label)

    def _items(
        self, table: Table, *, label: str, read: Callable[[Row], HistoryRow]
    ) -> Iterator[Item]:
        """Line, row and UNITID; a place that belongs to several institutions gives several."""
        for row in self.rows(table, label=label):
            try:
                item = read(row)
                self._check_agency(item)
                for unitid in self.places.find(item.dapip_id):
                    self._check_repeated(item, unitid)
                    yield row.line, item, unitid
            except UnusableRow as error:
                self._skip(label, row.line, error)

    def _check_agency(self, item: HistoryRow) -> None:
        if plain_name(item.agency) not in self.agencies:
            reason = f"AgencyName: “{item.agency}” is not among the accreditors"
            raise UnusableRow(reason, sort="agency not among the accreditors")

    def _check_repeated(self, item: HistoryRow, unitid: str) -> None:
        if (item.key, unitid) in self.seen:
            reason = f"the same {item.action.value} of {item.effective_on} came before"
            raise UnusableRow(reason, sort="came before in the file")
        self.seen.add((item.key, unitid))

    def _keep(self, batch: Sequence[Item], *, label: str) -> None:
        unitids = {unitid for _line, _item, unitid in batch}
        schools = {str(row.unitid): row for row in Institution.objects.filter(unitid__in=unitids)}
        present = _records_by_stem(schools)
        fresh = []
        for line, item, unitid in batch:
            if unitid not in schools:
                reason = f"UNITID {unitid} is not among the institutions"
                self.report.skip(
                    table=label, line=line, reason=reason, sort="UNITID not among the institutions"
                )
                continue
            record = self._make(item=item, school=schools[unitid])
            earlier = present[_stem(str(record.import_key))]
            if earlier and _says_the_same(earlier[-1], record):
                self.report.unchanged[LABEL] += 1
                continue
            if earlier:
                record.import_key = f"{record.import_key}~{len(earlier)}"
                record.supersedes = earlier[-1]
                record.reason = "A newer DAPIP export says otherwise."
                self.report.updated[LABEL] += 1
            else:
                self.report.created[LABEL] += 1
            fresh.append(record)
        AccreditationRecord.objects.bulk_create(fresh, batch_size=500)
        log_created(fresh)

    def _make(self, *, item: HistoryRow, school: Institution) -> AccreditationRecord:
        is_whole = plain_name(item.program_name) == WHOLE_INSTITUTION
        values = {
            "action": item.action.value,
            "effective_on": item.effective_on,
            "expires_on": item.expires_on,
            "source": SOURCE if is_whole else f"{SOURCE}: {item.program_name}"[:200],
        }
        return AccreditationRecord(
            institution=school,
            accreditor_id=self.agencies[plain_name(item.agency)],
            is_historical=True,
            import_key=f"{item.key}:{school.unitid}#{digest_of(values)[:12]}",
            **values,
        )

    def _skip(self, label: str, line: int, error: UnusableRow) -> None:
        self.report.skip(table=label, line=line, reason=str(error), sort=error.sort)


def _stem(import_key: str) -> str:
    return import_key.split("#")[0]


def _says_the_same(row: AccreditationRecord, other: AccreditationRecord) -> bool:
    return str(row.import_key).split("~")[0] == other.import_key


def _records_by_stem(
    schools: Mapping[str, Institution],
) -> defaultdict[str, list[AccreditationRecord]]:
    """What is here from DAPIP, oldest first, by the part of the key that never changes."""
    found: defaultdict[str, list[AccreditationRecord]] = defaultdict(list)
    for row in AccreditationRecord.objects.filter(
        institution__in=schools.values(), import_key__startswith="dapip:"
    ).order_by("pk"):
        found[_stem(str(row.import_key))].append(row)
    return found
