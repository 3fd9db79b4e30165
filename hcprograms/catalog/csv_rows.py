"""Rows of CSV and tab-separated files: any line end, dirty bytes, broken quotes."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

LONGEST_LINE = 1024 * 1024
MOST_LINES_IN_A_ROW = 500
# What may be searched in vain for the end of a quotation, in one file.
MOST_LINES_AGAIN = 4 * MOST_LINES_IN_A_ROW
MOST_READ_AGAIN = 4 * LONGEST_LINE  # characters
CHUNK = 256 * 1024
OPEN = "opens a quotation mark that is never closed"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# The first line by which spreadsheets tell each other what separates columns.
SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;|\t])"?\s*', re.IGNORECASE)

# Bytes of Windows' own alphabet, met as characters: what they were meant to be.
C1 = {
    code: char
    for code in range(0x80, 0xA0)
    if (char := bytes([code]).decode("cp1252", "replace")) != "\ufffd"
}


class NotATable(Exception):
    """The file holds no rows that could be read; the message says why."""


class Cells(NamedTuple):
    """One row taken apart, or the ``problem`` it has. ``complete``: it ends with a newline."""

    line: int
    cells: list[str]
    problem: str = ""
    complete: bool = True


class CsvSource:
    """The rows of one text file."""

    sheet = ""
    sheets: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = _open(path)
        self._size = max(self._file.seek(0, 2), 1)
        self._file.seek(0)
        self._lines = _Lines(file=self._file)
        self._delimiter = ","
        self._lines_again = self._read_again = 0

    @property
    def progress(self) -> float:
        return min(self._file.tell() / self._size, 1.0)

    def close(self) -> None:
        self._file.close()

    def find_header(self, _matches: Callable[[list[str]], bool]) -> list[str]:
        """The first row that is not blank. Raises :class:`NotATable`."""
        given = ""
        for _line, text, _complete in self._lines:
            if text is None or "\0" in text:
                raise NotATable("is binary data, not a table of text")
            if told := SEPARATOR_LINE.fullmatch(text.rstrip("\r\n")):
                given = told[1]
            elif text.strip():
                self._delimiter = given or max("\t,;|", key=text.count)
                return _split(text=text, delimiter=self._delimiter)[0] or [text]
        raise NotATable("is empty")

    def rows(self) -> Iterator[Cells]:
        """The rows after the header; blank lines are no rows."""
        for line, text, complete in self._lines:
            if text is None:
                yield Cells(line, [], f"is longer than {LONGEST_LINE} bytes")
            elif "\0" in text:
                yield Cells(line, [], "holds NUL bytes")
            elif text.strip():
                yield self._take_apart(line=line, text=text, complete=complete)

    def _take_apart(self, *, line: int, text: str, complete: bool) -> Cells:
        """A row, with the lines that follow while a quotation mark is open.

        Lines that were read in vain are read again as rows of their own. Where that happens too
        often, no further lines are looked at: a file costs what its bytes cost, not their square.
        """
        taken: list[str] = []
        cells, problem = _split(text=self._follow(text, taken), delimiter=self._delimiter)
        if problem == OPEN:
            self._lines_again += len(taken)
            self._read_again += sum(map(len, taken))
            self._lines.give_back(taken)
        return Cells(line, cells, problem, complete)

    def _follow(self, text: str, taken: list[str]) -> Iterator[str]:
        """The line, and those that follow, which are noted in ``taken``."""
        yield text
        size = len(text)
        is_spent = self._lines_again > MOST_LINES_AGAIN or self._read_again > MOST_READ_AGAIN
        while not is_spent and len(taken) < MOST_LINES_IN_A_ROW and size <= LONGEST_LINE:
            following = self._lines.take()
            if following is None:
                return
            taken.append(following)
            size += len(following)
            yield following


def _open(path: Path) -> BinaryIO:
    """The file's bytes; what a spreadsheet saved as “Unicode text” (UTF-16), as UTF-8."""
    file: BinaryIO = path.open("rb")
    if not file.read(2).startswith(UTF_16):
        file.seek(0)
        return file
    file.close()
    copy: BinaryIO = TemporaryFile()  # noqa: SIM115 - closed by the source
    with path.open(encoding="utf-16", errors="replace", newline="") as text:
        while chunk := text.read(CHUNK):
            copy.write(chunk.encode("utf-8", "replace"))
    copy.seek(0)
    return copy


class _Lines:
    """Decoded lines with their numbers; some can be given back."""

    def __init__(self, *, file: BinaryIO) -> None:
        self._file = file
        head = file.peek(CHUNK) if hasattr(file, "peek") else b""
        self._separator = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
        self._number = 0
        self._waiting: deque[str] = deque()

    def __iter__(self) -> Iterator[tuple[int, str | None, bool]]:
        """Yields (number, text or None if too long, whether it ends with a newline)."""
        while True:
            if self._waiting:
                text: str | None = self._waiting.popleft()
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
        self._waiting.extendleft(reversed(lines))
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
    return text if text.isascii() else text.translate(C1)


def _split(*, text: str | Iterator[str], delimiter: str) -> tuple[list[str], str]:
    """The cells of one row, or what is wrong with it (``OPEN``: more lines are needed).

    Of lines as many are read as the row has.
    """
    read: list[str] = []
    lines = _remember([text] if isinstance(text, str) else text, read)
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=True)), ""
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return [], OPEN
    try:
        return next(csv.reader(["".join(read)], delimiter=delimiter)), ""
    except csv.Error as error:
        return [], f"cannot be taken apart into columns ({error})"


def _remember(lines: Iterable[str], read: list[str]) -> Iterator[str]:
    for line in lines:
        read.append(line)
        yield line
