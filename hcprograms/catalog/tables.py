"""Reads the tables that publishers hand out, as they really are.

A file is read row by row in constant memory. One bad row is told and left out;
only a file that is no table of the kind asked for is refused as a whole.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

LONGEST_LINE = 1024 * 1024
MOST_LINES_IN_A_ROW = 50
CHUNK = 256 * 1024
OPEN = "opens a quotation mark that is never closed"

_MAGIC = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
_C1 = {
    code: char
    for code in range(0x80, 0xA0)
    if (char := bytes([code]).decode("cp1252", "replace")) != "\ufffd"
}


class UnreadableFile(Exception):
    """The file as a whole cannot be read as what it is said to be."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A table with known columns; each column may go by several names."""

    name: str
    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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


class Table:
    """The rows of one open file. Iterate once, inside a ``with`` block."""

    def __init__(self, *, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind
        try:
            self._file: BinaryIO = path.open("rb")
            self._size = max(path.stat().st_size, 1)
        except OSError as error:
            reason = f"cannot be opened ({error.strerror or error})"
            raise UnreadableFile(path=path, reason=reason) from error
        try:
            _refuse_other_formats(path=path, file=self._file)
            self._lines = _Lines(file=self._file)
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    @property
    def progress(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(self._file.tell() / self._size, 1.0)

    def has(self, column: str) -> bool:
        return column in self._columns

    def __iter__(self) -> Iterator[Row | BadRow]:
        for line, text, complete in self._lines:
            if text is None:
                yield BadRow(line, f"is longer than {LONGEST_LINE} bytes")
            elif text.strip():
                yield self._parse(line=line, text=text, complete=complete)

    def _read_header(self) -> None:
        for _line, text, _complete in self._lines:
            if text is None or "\0" in text:
                raise self._unreadable("is binary data, not a table of text")
            if text.strip():
                self._delimiter = max("\t,;|", key=text.count)
                cells = _split(text=text, delimiter=self._delimiter)[0] or [text]
                self._columns = self._find_columns(cells)
                self._width = len(cells)
                return
        raise self._unreadable("is empty")

    def _find_columns(self, cells: list[str]) -> dict[str, int]:
        names = [_plain_name(cell) for cell in cells]
        columns: dict[str, int] = {}
        missing = []
        for column, aliases in {**self.kind.required, **self.kind.optional}.items():
            places = [i for i, name in enumerate(names) if name in map(_plain_name, aliases)]
            if len(places) > 1 and column in self.kind.required:
                raise self._unreadable(f"has the column {aliases[0]} {len(places)} times")
            if places:
                columns[column] = places[0]
            elif column in self.kind.required:
                missing.append(aliases[0])
        if missing:
            has = ", ".join(cell.strip()[:40] for cell in cells[:8]) or "none"
            raise self._unreadable(
                f"is not a {self.kind.name} file: it lacks {', '.join(missing)}"
                f" (its columns begin with: {has})"
            )
        return columns

    def _parse(self, *, line: int, text: str, complete: bool) -> Row | BadRow:
        if "\0" in text:
            return BadRow(line, "holds NUL bytes")
        cells, problem = _split(text=text, delimiter=self._delimiter)
        taken: list[str] = []
        while problem == OPEN and len(taken) < MOST_LINES_IN_A_ROW:
            following = self._lines.take()
            if following is None:
                break
            taken.append(following)
            text += following
            cells, problem = _split(text=text, delimiter=self._delimiter)
        if problem == OPEN:
            self._lines.give_back(taken)
        if problem:
            return BadRow(line, problem)
        return self._row(line=line, cells=cells, complete=complete)

    def _row(self, *, line: int, cells: list[str], complete: bool) -> Row | BadRow:
        while len(cells) > self._width and not cells[-1].strip():
            cells.pop()
        if len(cells) != self._width:
            reason = f"has {len(cells)} columns where the header has {self._width}"
            if not complete and len(cells) < self._width:
                reason += "; the file ends in the middle of the row"
            return BadRow(line, reason)
        return Row(line, {name: cells[i].strip() for name, i in self._columns.items()})

    def _unreadable(self, reason: str) -> UnreadableFile:
        return UnreadableFile(path=self.path, reason=reason)


class _Lines:
    """Decoded lines with their numbers; some can be given back."""

    def __init__(self, *, file: BinaryIO) -> None:
        self._file = file
        head = file.peek(CHUNK) if hasattr(file, "peek") else b""
        self._separator = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
        self._number = 0
        self._waiting: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, str | None, bool]]:
        """Yields (number, text or None if too long, whether it ends with a newline)."""
        while True:
            if self._waiting:
                text: str | None = self._waiting.pop(0)
            else:
                raw = self._read()
                if not raw:
                    return
                text = _decode(raw) if len(raw) <= LONGEST_LINE else None
            self._number += 1
            yield self._number, text, text is None or text.endswith("\n")

    def take(self) -> str | None:
        """The next line, or None at the end."""
        for _number, text, _complete in self:
            return text
        return None

    def give_back(self, lines: list[str]) -> None:
        self._waiting[:0] = lines
        self._number -= len(lines)

    def _read(self) -> bytes:
        if self._separator == b"\n":
            raw = self._file.readline(LONGEST_LINE + 1)
            if len(raw) > LONGEST_LINE:
                _skip_line(self._file)
            return raw
        return self._read_old_mac_line()

    def _read_old_mac_line(self) -> bytes:
        raw = bytearray()
        while (byte := self._file.read(1)) and byte != b"\r":
            if len(raw) <= LONGEST_LINE:
                raw += byte
        return bytes(raw) + b"\n" if byte else bytes(raw)


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(CHUNK)) and not rest.endswith(b"\n"):
        pass


def _decode(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
    return text if text.isascii() else text.translate(_C1)


def _split(*, text: str, delimiter: str) -> tuple[list[str], str]:
    """The cells of one row, or what is wrong with it (``OPEN``: more lines are needed)."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True)), ""
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return [], OPEN
    try:
        return next(csv.reader([text], delimiter=delimiter)), ""
    except csv.Error as error:
        return [], f"cannot be taken apart into columns ({error})"


def _plain_name(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").split()).casefold()


def _refuse_other_formats(*, path: Path, file: BinaryIO) -> None:
    head = file.read(4096)
    file.seek(0)
    if not head.strip():
        raise UnreadableFile(path=path, reason="is empty")
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise UnreadableFile(path=path, reason=f"is {name}, not CSV; save it as CSV (UTF-8)")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise UnreadableFile(path=path, reason="is a web page, not CSV; the download failed")
    if start.startswith((b"{", b"[")):
        raise UnreadableFile(path=path, reason="is JSON, not CSV")
