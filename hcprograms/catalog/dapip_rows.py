"""What DAPIP's rows say, without the database.

DAPIP is the US Department of Education's export of accreditation. For CAHME it stops in 2012
while most of its rows still read “Accredited”: everything from it is history.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from hcprograms.catalog import codes
from hcprograms.catalog.codes import WrongValue
from hcprograms.catalog.models.accreditation import Action
from hcprograms.catalog.scorecard_rows import UnusableRow
from hcprograms.catalog.tables import Row

STATUSES = {"accredited": Action.INITIAL, "preaccredited": Action.CANDIDATE}

# Beginning of an action's description → what it means for the status; None: nothing changes.
ACTIONS: tuple[tuple[str, Action | None], ...] = (
    ("initial accreditation", Action.INITIAL),
    ("initial preaccreditation", Action.CANDIDATE),
    ("grant preaccreditation", Action.CANDIDATE),
    ("renewal of accreditation", Action.REACCREDITED),
    ("accreditation reaffirmed", Action.REACCREDITED),
    ("probation or equivalent or a more severe status: probation", Action.PROBATION),
    ("probation or equivalent or a more severe status: show cause", Action.PROBATION),
    ("probation", None),
    ("loss of accreditation or preaccreditation: voluntary", Action.VOLUNTARY),
    ("loss of accreditation or preaccreditation: lapse", Action.EXPIRED),
    ("loss of accreditation or preaccreditation: expir", Action.EXPIRED),
    ("loss of accreditation or preaccreditation: clos", Action.CLOSED),
    ("loss of accreditation", Action.WITHDRAWN),
    ("denial", Action.DENIED),
    ("grant substantive change", None),
    ("deny substantive change", None),
    ("heightened monitoring", None),
    ("warning", None),
    ("approved for distance education", None),
)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One dated action at one place; ``key`` is the same in every export."""

    dapip_id: str
    agency: str
    program_name: str
    action: Action
    effective_on: date
    expires_on: date | None
    key: str


@dataclass(slots=True)
class Places:
    """Which institutions (UNITIDs) a DAPIP place belongs to; a location, to its parent's."""

    unitids: dict[str, list[str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take one campus. Raises :class:`UnusableRow`."""
        dapip_id = read_id(row, "DapipId")
        if dapip_id in self.unitids:
            raise UnusableRow(f"DapipId {dapip_id} came before", sort="came before in the file")
        given = [text for text in re.split(r"[,;|\s]+", row["IpedsUnitIds"]) if text]
        known = [text for text in given if not codes.is_unknown(text)]
        try:
            self.unitids[dapip_id] = [codes.read_unitid(text) for text in known]
        except WrongValue as error:
            raise UnusableRow(f"IpedsUnitIds: {error}", sort="IpedsUnitIds is wrong") from error
        if not codes.is_unknown(row["ParentDapipId"]):
            self.parents[dapip_id] = codes.unwrap(row["ParentDapipId"])

    def find(self, dapip_id: str) -> list[str]:
        """The UNITIDs of a place. Raises :class:`UnusableRow` where none is known."""
        if dapip_id not in self.unitids:
            reason = f"DapipId {dapip_id} is not in the campuses file"
            raise UnusableRow(reason, sort="DapipId not in the campuses file")
        own = self.unitids[dapip_id]
        above = self.unitids.get(self.parents.get(dapip_id, ""), [])
        if not (own or above):
            reason = f"DapipId {dapip_id} has no UNITID in the campuses file"
            raise UnusableRow(reason, sort="place without UNITID")
        return own or above


def read_record(row: Row) -> HistoryRow:
    """One row of AccreditationRecords. Raises :class:`UnusableRow`."""
    status = codes.unwrap(row["AccreditationStatus"])
    action = STATUSES.get(status.casefold())
    if action is None:
        reason = f"AccreditationStatus: “{status[:40]}” is not a status we know"
        raise UnusableRow(reason, sort="unknown AccreditationStatus")
    return _history(row, action, "AccreditationDate", "AccreditationEndDate", what="record")


def read_action(row: Row) -> HistoryRow:
    """One row of AccreditationActions. Raises :class:`UnusableRow`."""
    words = " ".join(row["ActionDescription"].split())
    for beginning, action in ACTIONS:
        if words.casefold().startswith(beginning):
            if action is None:
                reason = f"ActionDescription: “{words[:80]}” does not change a status"
                raise UnusableRow(reason, sort="action that does not change a status")
            return _history(row, action, "ActionDate", "EndDate", what=f"action:{action.value}")
    reason = f"ActionDescription: “{words[:80]}” is not an action we know"
    raise UnusableRow(reason, sort="unknown ActionDescription")


def plain_name(name: str) -> str:
    """An agency's name without the commas and spaces in which the sources differ."""
    return re.sub(r"\W+", " ", name).strip().casefold()


def match_agencies(names: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Plain name → id of the accreditor."""
    return {plain_name(name): pk for pk, name in names}


def read_id(row: Row, column: str) -> str:
    """A number of DAPIP as text. Raises :class:`UnusableRow`."""
    text = re.sub(r"\.0+$", "", codes.unwrap(row[column]))
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        reason = f"{column}: “{text[:40]}” is not a number"
        raise UnusableRow(reason, sort=f"{column} is wrong")
    return text


def _history(row: Row, action: Action, start: str, end: str, *, what: str) -> HistoryRow:
    effective_on, expires_on = _date(row, start), _date(row, end)
    if effective_on is None:
        raise UnusableRow(f"{start}: the date is not given", sort=f"{start} not given")
    if expires_on and expires_on < effective_on:
        reason = f"{end}: {expires_on} comes before {start} {effective_on}"
        raise UnusableRow(reason, sort=f"{end} before {start}")
    ids = [read_id(row, name) for name in ("DapipId", "AgencyId", "ProgramId", "SequentialId")]
    key = ":".join(["dapip", *ids, what])
    return HistoryRow(
        dapip_id=ids[0],
        agency=row["AgencyName"],
        program_name=" ".join(row["ProgramName"].split()),
        action=action,
        effective_on=effective_on,
        expires_on=expires_on,
        key=key if what == "record" else f"{key}:{effective_on}",
    )


def _date(row: Row, column: str) -> date | None:
    try:
        return codes.read_date(row[column])
    except WrongValue as error:
        raise UnusableRow(f"{column}: {error}", sort=f"{column} is wrong") from error
