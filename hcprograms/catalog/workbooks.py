"""Rows of Excel workbooks, read one by one.

The first sheet that has the columns asked for is the one that is read: publishers put guides
and other views beside it. Reading needs openpyxl; without it the advice is to save as CSV.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import date, datetime
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from hcprograms.catalog.archives import MOST_SHEET_ROWS, check_archive, merged_cells
from hcprograms.catalog.csv_rows import Cells, NotATable

HEADER_ROWS = 10
MOST_COLUMNS = 1_000
MOST_BLANK_ROWS = 20_000  # one after the other
MOST_CELLS = 5_000_000  # of a file that people fill in, blank ones between others included
BROKEN = "is a broken Excel workbook, not CSV"
Values = tuple[Any, ...]


class WorkbookSource:
    """The rows of one sheet. Raises :class:`NotATable` for anything but a sound workbook.

    ``is_strict`` is for what people fill in: a formula without a stored value and a cell hidden
    in a merged one make the row a bad one, where a publisher's file merely reads as empty.
    """

    def __init__(self, path: Path, *, is_strict: bool = False) -> None:
        check_archive(path, is_strict=is_strict)
        self._path = path
        self._most_cells = MOST_CELLS if is_strict else sys.maxsize
        self._files = ExitStack()
        self._book = self._open(data_only=True)
        self._formulas = self._open(data_only=False) if is_strict else None
        self._rows: Iterator[Values] = iter(())
        self._formula_rows: Iterator[Values] = repeat(())
        self._hidden: dict[int, dict[int, str]] = {}
        self._line = 0
        self._last = 1
        self._width = 0
        self.sheet = ""

    @property
    def progress(self) -> float:
        return min(self._line / self._last, 1.0)

    @property
    def sheets(self) -> list[str]:
        return [str(sheet.title) for sheet in self._book.worksheets]

    def close(self) -> None:
        self._files.close()

    def find_header(self, matches: Callable[[list[str]], bool]) -> list[str]:
        """The header that matches, in any sheet; the very first row where none does."""
        first: list[str] | None = None
        for sheet in self._book.worksheets:
            self._last = max(sheet.max_row or 1, 1)
            self._rows, self._line = _rows_of(sheet, most_cells=self._most_cells), 0
            for values in islice(self._rows, HEADER_ROWS):
                self._line += 1
                cells = [_text(value) for value in values]
                first = first or (cells if any(cells) else None)
                if matches(cells):
                    while cells and not cells[-1].strip():
                        cells.pop()
                    self._width, self.sheet = len(cells), str(sheet.title)
                    if self._formulas is not None:
                        self._look_closely(sheet)
                    return cells
        if first is None:
            raise NotATable("is empty")
        return first

    def rows(self) -> Iterator[Cells]:
        """The rows below the header; blank ones are no rows."""
        for values, formulas in zip(self._rows, self._formula_rows, strict=False):
            self._line += 1
            cells = [_text(value) for value in values]
            if any(cells) or any(formulas):
                cells += [""] * (self._width - len(cells))
                problem = self._problem(values[: self._width], formulas[: self._width])
                yield Cells(self._line, cells[: self._width], problem)
        self._line = self._last

    def _open(self, *, data_only: bool) -> Any:
        try:
            import openpyxl  # noqa: PLC0415 - an optional dependency
        except ImportError as error:
            raise NotATable("is an Excel workbook, not CSV; save it as CSV (UTF-8)") from error
        file = self._files.enter_context(self._path.open("rb"))  # whatever the file is called
        try:
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(file, read_only=True, data_only=data_only)
        except Exception as error:  # openpyxl raises whatever the broken part of a file provokes
            self._files.close()
            raise NotATable(BROKEN) from error
        self._files.callback(book.close)
        return book

    def _look_closely(self, sheet: Any) -> None:
        assert self._formulas is not None
        self._formula_rows = islice(
            _rows_of(self._formulas[sheet.title], most_cells=self._most_cells), self._line, None
        )
        # The one place that knows which part of the archive a sheet is.
        self._hidden = merged_cells(self._path, part=sheet._worksheet_path)

    def _problem(self, values: Values, formulas: Values) -> str:
        for place, (value, formula) in enumerate(zip(values, formulas, strict=False), start=1):
            if value is None and formula is not None:
                return f"has a formula without a stored value in column {_letter(place)}"
        for place, whole in self._hidden.get(self._line, {}).items():
            if place <= self._width:
                return f"has a merged cell ({whole}) in column {_letter(place)}; unmerge it"
        return ""


def _letter(place: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _rows_of(sheet: Any, *, most_cells: int) -> Iterator[Values]:
    """The rows as wide as their cells, whatever size the sheet claims to have.

    A row may state its own number, and every number before it is read as a blank row: so rows,
    blank rows and cells are counted. A part that turns out broken while reading is told like one
    found at once.
    """
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    line = blank = cells = 0
    while True:
        try:
            with warnings.catch_warnings(action="ignore"):
                values = next(rows)
        except StopIteration:
            return
        except Exception as error:
            with suppress(Exception):
                rows.close()
            raise NotATable(BROKEN) from error
        line += 1
        cells += len(values)
        blank = 0 if any(value is not None for value in values) else blank + 1
        if len(values) > MOST_COLUMNS:
            raise NotATable(f"has more than {MOST_COLUMNS:,} columns in row {line:,}")
        if line > MOST_SHEET_ROWS:
            raise NotATable(f"has rows after row {MOST_SHEET_ROWS:,}, where every sheet ends")
        if blank > MOST_BLANK_ROWS:
            raise NotATable(f"has more than {MOST_BLANK_ROWS:,} blank rows before row {line:,}")
        if cells > most_cells:
            raise NotATable(f"has more than {most_cells:,} cells up to row {line:,}; split it")
        yield tuple(values)


def _text(value: object) -> str:
    """A cell as a CSV export would write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    return str(value)
