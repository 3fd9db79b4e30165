"""Rows of Excel workbooks, read one by one.

The first sheet that has the columns asked for is the one that is read: publishers put guides
and other views beside it. Reading needs openpyxl; without it the advice is to save as CSV.
"""

import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from hcprograms.catalog.csv_rows import Cells, NotATable

LARGEST = 400 * 1024 * 1024  # bytes when unpacked
LARGEST_RATIO = 200  # unpacked ÷ packed; real workbooks stay far below
HEADER_ROWS = 10
BROKEN = "is a broken Excel workbook, not CSV"


class WorkbookSource:
    """The rows of one sheet. Raises :class:`NotATable` for anything but a sound workbook."""

    def __init__(self, path: Path) -> None:
        _refuse_bombs(path)
        self._book = _open(path)
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self._line = 0
        self._last = 1
        self._width = 0

    @property
    def progress(self) -> float:
        return min(self._line / self._last, 1.0)

    def close(self) -> None:
        self._book.close()

    def find_header(self, matches: Callable[[list[str]], bool]) -> list[str]:
        """The header that matches, in any sheet; the very first row where none does."""
        first: list[str] | None = None
        for sheet in self._book.worksheets:
            self._rows, self._line = _soundly(sheet.iter_rows(values_only=True)), 0
            self._last = max(sheet.max_row or 1, 1)
            for values in islice(self._rows, HEADER_ROWS):
                self._line += 1
                cells = [_text(value) for value in values]
                first = first or (cells if any(cells) else None)
                if matches(cells):
                    self._width = len(cells)
                    return cells
        if first is None:
            raise NotATable("is empty")
        return first

    def rows(self) -> Iterator[Cells]:
        """The rows below the header; blank ones are no rows."""
        for values in self._rows:
            self._line += 1
            cells = [_text(value) for value in values]
            if any(cells):
                cells += [""] * (self._width - len(cells))
                yield Cells(self._line, cells)
        self._line = self._last


def _open(path: Path) -> Any:
    try:
        import openpyxl  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise NotATable("is an Excel workbook, not CSV; save it as CSV (UTF-8)") from error
    try:
        with warnings.catch_warnings(action="ignore"):
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever the broken part of a file provokes
        raise NotATable(BROKEN) from error


def _soundly(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows; a part that turns out broken while reading is told like one found at once."""
    try:
        yield from rows
    except Exception as error:
        raise NotATable(BROKEN) from error


def _refuse_bombs(path: Path) -> None:
    """Look at the sizes that the archive states before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise NotATable("is a broken zip archive, not CSV") from error
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise NotATable("is a zip archive, not CSV; unpack it first")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > LARGEST or unpacked / packed > LARGEST_RATIO:
        raise NotATable(f"unpacks to {unpacked:,} bytes, which no honest workbook does")


def _text(value: object) -> str:
    """A cell as a CSV export would write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
