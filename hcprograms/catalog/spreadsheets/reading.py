"""Reads a spreadsheet that somebody has filled in, whatever program saved it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic

from hcprograms.catalog.cells import is_remark
from hcprograms.catalog.spreadsheets.sheet import Sheet
from hcprograms.catalog.tables import BadRow, Kind, Table, UnreadableFile, plain_name

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 3_000
MOST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row: heading → cell, for the columns that the file has."""

    line: int
    cells: Mapping[str, str]


@dataclass
class Upload:
    """What was read, and what was not."""

    headings: list[str]
    rows: list[FilledRow] = field(default_factory=list)
    broken: list[BadRow] = field(default_factory=list)
    unread_columns: list[str] = field(default_factory=list)
    sheet: str = ""
    unread_sheets: list[str] = field(default_factory=list)


def read_upload(*, content: bytes, name: str, sheet: Sheet) -> Upload:
    """The rows of a file called ``name``. Raises :class:`UnreadableFile`."""
    first = sheet.columns[0].heading
    return read_filled(content=content, name=name, kind=kind_of(sheet), first=first)


def read_filled(
    *, content: bytes, name: str, kind: Kind, first: str, most_rows: int = MOST_ROWS
) -> Upload:
    """The rows of a file of this kind. A remark in the column ``first`` makes a row a remark.

    Raises :class:`UnreadableFile`.
    """
    if len(content) > MOST_BYTES:
        reason = f"is larger than {MOST_BYTES // 1024 // 1024} MB; split it"
        raise UnreadableFile(path=Path(name), reason=reason)
    with NamedTemporaryFile(suffix=".upload") as file:
        file.write(content)
        file.flush()
        try:
            with Table(path=Path(file.name), kind=kind, is_strict=True) as table:
                return _read(table, first=first, most_rows=most_rows)
        except UnreadableFile as error:
            raise UnreadableFile(path=Path(name), reason=error.reason) from error


def kind_of(sheet: Sheet) -> Kind:
    """A sheet's columns by heading, or by the name that the field has in the API."""
    names = {
        column.heading: (column.heading, name, name.replace("_", " "))
        for name, column in sheet.fields.items()
    }
    required = {sheet.heading_of(name) for name in sheet.required}
    return Kind(
        name=str(sheet._meta.model._meta.verbose_name_plural),
        required={heading: names[heading] for heading in names if heading in required},
        optional={heading: names[heading] for heading in names if heading not in required},
        any_of=tuple(sheet.heading_of(name) for name in sheet.any_of),
    )


def _read(table: Table, *, first: str, most_rows: int) -> Upload:
    known = {
        plain_name(alias): heading
        for heading, aliases in {**table.kind.required, **table.kind.optional}.items()
        for alias in aliases
    }
    upload = Upload(
        headings=_find_headings(table, known),
        unread_columns=[one for one in table.header if one and plain_name(one) not in known],
        sheet=table.sheet,
        unread_sheets=table.other_sheets,
    )
    ends_at = monotonic() + MOST_SECONDS
    for row in table:
        if monotonic() > ends_at:
            reason = f"takes more than {MOST_SECONDS} seconds to read (row {row.line:,}); split it"
            raise UnreadableFile(path=table.path, reason=reason)
        if len(upload.rows) + len(upload.broken) >= most_rows:
            reason = f"has more than {most_rows:,} rows; split it"
            raise UnreadableFile(path=table.path, reason=reason)
        if isinstance(row, BadRow):
            upload.broken.append(row)
        elif any(row.values.values()) and not is_remark(row[first]):
            upload.rows.append(FilledRow(row.line, row.values))
    return upload


def _find_headings(table: Table, known: Mapping[str, str]) -> list[str]:
    """The headings in the order of the file; two of the same could not be told apart."""
    found: list[str] = []
    for name in table.header:
        heading = known.get(plain_name(name))
        if heading in found:
            raise UnreadableFile(path=table.path, reason=f"has the column {heading} twice")
        if heading:
            found.append(heading)
    return found
