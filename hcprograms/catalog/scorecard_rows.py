"""What one row of College Scorecard and IPEDS says, without the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlsplit

from hcprograms.catalog import codes
from hcprograms.catalog.codes import WrongValue
from hcprograms.catalog.states import STATES
from hcprograms.catalog.tables import Row

ValueT = TypeVar("ValueT")
TuitionFact = dict[str, str]

# Fields of healthcare management at four digits: the file may hold every other field too.
CIP_FAMILIES = frozenset({"51.07", "51.22", "51.27"})
LONGEST_NAME = 200
LONGEST_PROGRAM_NAME = 250


class UnusableRow(Exception):
    """The row cannot be imported. ``sort`` is the reason without its particulars."""

    def __init__(self, reason: str, *, sort: str = "") -> None:
        self.sort = sort or reason
        super().__init__(reason)


@dataclass(slots=True)
class InstitutionRow:
    """One institution; ``problems`` are values that were left out because they make no sense."""

    unitid: str
    values: dict[str, Any]
    is_open: bool
    is_distance_only: bool
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ProgramRow:
    unitid: str
    cip_code: str
    credential: int
    level: str
    name: str
    award: str

    @property
    def import_key(self) -> str:
        return f"scorecard:{self.cip_code}:{self.credential}"


class Reader:
    """Reads columns of a row; keeps what was wrong in optional ones."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.problems: list[tuple[str, str]] = []

    def need(self, column: str, read: Callable[[str], ValueT]) -> ValueT:
        """The value, or :class:`UnusableRow` naming the column."""
        try:
            return read(self._row[column])
        except WrongValue as error:
            reason = f"{column}: {error}"
            raise UnusableRow(reason, sort=_sort(column=column, text=self._row[column])) from error

    def try_to(self, column: str, read: Callable[[str], ValueT]) -> ValueT | None:
        """The value, or None where it is unknown or wrong; the latter is remembered."""
        text = self._row[column]
        if codes.is_unknown(text):
            return None
        try:
            return read(text)
        except WrongValue as error:
            self.problems.append((f"{column}: {error}; left unknown", f"{column} left unknown"))
            return None


def read_institution(
    row: Row, *, period: str, tuition: Mapping[str, list[TuitionFact]]
) -> InstitutionRow:
    """One row of the institutions file. Raises :class:`UnusableRow`."""
    reader = Reader(row)
    _refuse_location(row["UNITID"])
    unitid = reader.need("UNITID", codes.read_unitid)
    is_open = reader.try_to("CURROPER", codes.read_flag)
    is_distance_only = reader.try_to("DISTANCEONLY", codes.read_flag)
    values = {
        "name": reader.need("INSTNM", _read_name),
        "opeid": reader.try_to("OPEID", codes.read_opeid) or "",
        "city": (reader.try_to("CITY", _read_name) or "")[:120],
        "state": reader.try_to("STABBR", _read_state) or "",
        "website": reader.try_to("INSTURL", _read_address) or "",
        "institutional_accreditor": reader.try_to("ACCREDAGENCY", _read_name) or "",
        "published_tuition": [
            *_scorecard_tuition(reader, period=period),
            *tuition.get(unitid, []),
        ],
        "source": "College Scorecard, institutions",
        "source_as_of": period,
    }
    return InstitutionRow(
        unitid=unitid,
        values=values,
        is_open=is_open is not False,
        is_distance_only=bool(is_distance_only),
        problems=reader.problems,
    )


def read_program(row: Row) -> ProgramRow:
    """One row of the field-of-study file. Raises :class:`UnusableRow`."""
    reader = Reader(row)
    unitid = reader.need("UNITID", codes.read_unitid)
    cip_code = reader.need("CIPCODE", codes.read_cip)
    credential, level = reader.need("CREDLEV", codes.read_credential_level)
    if cip_code[:5] not in CIP_FAMILIES:
        reason = f"CIP {cip_code} is another field than healthcare management"
        raise UnusableRow(reason, sort="another field than healthcare management")
    name = reader.try_to("CIPDESC", _read_name) or f"CIP {cip_code}"
    return ProgramRow(
        unitid=unitid,
        cip_code=cip_code,
        credential=credential,
        level=level,
        name=name.rstrip(". ")[:LONGEST_PROGRAM_NAME],
        award=(reader.try_to("CREDDESC", _read_name) or "")[:40],
    )


def read_tuition(row: Row, *, period: str) -> tuple[str, list[TuitionFact], list[tuple[str, str]]]:
    """UNITID, its IPEDS tuition facts, and problems. Raises :class:`UnusableRow`."""
    reader = Reader(row)
    unitid = reader.need("UNITID", codes.read_unitid)
    source = "IPEDS tuition"
    facts = []
    for level, resident, other in (("undergraduate", "2", "3"), ("graduate", "6", "7")):
        for residency, place in (("resident", resident), ("nonresident", other)):
            columns = {f"TUITION{place}": ("year", "tuition"), f"FEE{place}": ("year", "fees")}
            columns[f"HRCHG{place}"] = ("credit", "tuition")
            for column, (per, what) in columns.items():
                amount = reader.try_to(column, codes.read_amount)
                facts += _fact(amount, level, residency, per, what, source, period)
    return unitid, facts, reader.problems


def _scorecard_tuition(reader: Reader, *, period: str) -> list[TuitionFact]:
    facts = []
    for column, residency, per in (
        ("TUITIONFEE_IN", "resident", "year"),
        ("TUITIONFEE_OUT", "nonresident", "year"),
        ("TUITIONFEE_PROG", "any", "program year"),
    ):
        amount = reader.try_to(column, codes.read_amount)
        facts += _fact(
            *(amount, "undergraduate", residency, per, "tuition and fees"),
            *("College Scorecard", period),
        )
    return facts


def _fact(
    amount: Decimal | None,
    level: str,
    residency: str,
    per: str,
    what: str,
    source: str,
    period: str,
) -> list[TuitionFact]:
    if amount is None:
        return []
    fact = {"amount": f"{amount.normalize():f}", "level": level, "residency": residency}
    return [{**fact, "per": per, "what": what, "source": source, "period": period}]


def _refuse_location(text: str) -> None:
    """Scorecard numbers the further locations of an institution by its UNITID and two digits."""
    code = codes.unwrap(text)
    if len(code) == 8 and code.isdecimal():
        reason = f"UNITID: {code} is a further location of {code[:6]}, no institution of its own"
        raise UnusableRow(reason, sort="further location of another institution")


def _read_name(text: str) -> str:
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if codes.is_unknown(clean):
        raise WrongValue("the name is not given")
    return clean[:LONGEST_NAME]


def _read_state(text: str) -> str:
    code = codes.unwrap(text).upper()
    if code not in STATES:
        raise WrongValue(f"“{text[:40]}” is not a US state or territory")
    return code


def _read_address(text: str) -> str:
    """A web address; a missing scheme becomes https."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = None, ""
    if parts is None or parts.scheme.lower() not in {"http", "https"} or "." not in host:
        raise WrongValue(f"“{text[:40]}” is not a web address")
    if len(address) > 500 or any(c.isspace() for c in address):
        raise WrongValue(f"“{text[:40]}” is not a web address")
    return address


def _sort(*, column: str, text: str) -> str:
    return f"{column} not given" if codes.is_unknown(text) else f"{column} is wrong"
