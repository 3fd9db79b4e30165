"""Reads the tables that publishers hand out, as they really are.

A file is read row by row in constant memory. One bad row is told and left out; only a file that
is no table of the kind asked for is refused as a whole.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from hcprograms.catalog.csv_rows import Cells, CsvSource, NotATable
from hcprograms.catalog.workbooks import WorkbookSource

ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


class UnreadableFile(Exception):
    """The file as a whole cannot be read as what it is said to be."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A table with known columns; each column may go by several names.

    ``any_of`` are optional columns of which there must be one.
    """

    name: str
    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a column that the file does not have reads as an empty text."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be taken apart, and why."""

    line: int
    reason: str


class Source(Protocol):
    """Where rows come from; ``sheet`` is the one of the ``sheets`` that is read, if it has any."""

    @property
    def sheet(self) -> str: ...

    @property
    def sheets(self) -> Sequence[str]: ...

    @property
    def progress(self) -> float: ...

    def find_header(self, matches: Callable[[list[str]], bool]) -> list[str]: ...

    def rows(self) -> Iterator[Cells]: ...

    def close(self) -> None: ...


class Table:
    """The rows of one open file. Iterate once, inside a ``with`` block.

    ``is_strict`` is for files that people fill in, see :class:`WorkbookSource`.
    """

    def __init__(self, *, path: Path, kind: Kind, is_strict: bool = False) -> None:
        self.path = path
        self.kind = kind
        try:
            self._source: Source = _open_source(path, is_strict=is_strict)
        except NotATable as error:
            raise self._unreadable(str(error)) from error
        except OSError as error:
            raise self._unreadable(f"cannot be opened ({error.strerror or error})") from error
        try:
            self.header = self._source.find_header(self._has_all_columns)
            self._columns = self._find_columns(self.header)
            self._width = len(self.header)
        except NotATable as error:
            self._source.close()
            raise self._unreadable(str(error)) from error
        except UnreadableFile:
            self._source.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._source.close()

    @property
    def progress(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return self._source.progress

    @property
    def sheet(self) -> str:
        """The sheet that is read; empty where a file has none."""
        return self._source.sheet

    @property
    def other_sheets(self) -> list[str]:
        """The sheets that are not read."""
        return [name for name in self._source.sheets if name != self.sheet]

    def __iter__(self) -> Iterator[Row | BadRow]:
        try:
            for item in self._source.rows():
                yield BadRow(item.line, item.problem) if item.problem else self._row(item)
        except NotATable as error:
            raise self._unreadable(str(error)) from error

    def _has_all_columns(self, cells: list[str]) -> bool:
        names = {plain_name(cell) for cell in cells}
        groups = list(self.kind.required.values())
        groups += [sum((self.kind.optional[column] for column in self.kind.any_of), ())] * bool(
            self.kind.any_of
        )
        return all(names & {plain_name(alias) for alias in aliases} for aliases in groups)

    def _find_columns(self, cells: list[str]) -> dict[str, int]:
        names = [plain_name(cell) for cell in cells]
        columns: dict[str, int] = {}
        missing = []
        for column, aliases in {**self.kind.required, **self.kind.optional}.items():
            known = {plain_name(alias) for alias in aliases}
            places = [place for place, name in enumerate(names) if name in known]
            if len(places) > 1 and column in self.kind.required:
                raise self._unreadable(f"has the column {aliases[0]} {len(places)} times")
            if places:
                columns[column] = places[0]
            elif column in self.kind.required:
                missing.append(aliases[0])
        if self.kind.any_of and not columns.keys() & set(self.kind.any_of):
            missing.append(" or ".join(self.kind.any_of))
        if missing:
            has = ", ".join(cell.strip()[:40] for cell in cells[:8]) or "none"
            raise self._unreadable(
                f"is not a {self.kind.name} file: it lacks {', '.join(missing)}"
                f" (its columns begin with: {has})"
            )
        return columns

    def _row(self, item: Cells) -> Row | BadRow:
        cells = item.cells
        while len(cells) > self._width and not cells[-1].strip():
            cells.pop()
        if len(cells) != self._width:
            reason = f"has {len(cells)} columns where the header has {self._width}"
            if not item.complete and len(cells) < self._width:
                reason += "; the file ends in the middle of the row"
            return BadRow(item.line, reason)
        return Row(item.line, {name: cells[i].strip() for name, i in self._columns.items()})

    def _unreadable(self, reason: str) -> UnreadableFile:
        return UnreadableFile(path=self.path, reason=reason)


def _open_source(path: Path, *, is_strict: bool) -> Source:
    """The reader for this file, judged by its first bytes. Raises :class:`NotATable`."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise NotATable("is empty")
    if head.startswith(ZIP):
        return WorkbookSource(path, is_strict=is_strict)
    if head.startswith(GZIP):
        raise NotATable("is a gzip archive, not CSV; unpack it first")
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise NotATable(f"is {name}, not CSV; save it as CSV (UTF-8)")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise NotATable("is a web page, not CSV; the download failed")
    if start.startswith((b"{", b"[")):
        raise NotATable("is JSON, not CSV")
    return CsvSource(path)


def plain_name(name: str) -> str:
    """A heading without the case, spaces and marks in which files differ: DAPIP_ID is DapipId."""
    return re.sub(r"[\W_]+", "", name).casefold()
