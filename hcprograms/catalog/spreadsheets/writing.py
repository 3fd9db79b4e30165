"""Writes a sheet as CSV or as a workbook, with nothing in it that a spreadsheet would execute."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from hcprograms.catalog.cells import make_inert, tidy
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be written here."""

    key: str
    label: str
    content_type: str


CSV = Format("csv", "CSV", "text/csv; charset=utf-8")
XLSX = Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def list_formats() -> list[Format]:
    """The best one first. Workbooks need openpyxl (the extra ``xlsx``)."""
    return [XLSX, CSV] if find_spec("openpyxl") else [CSV]


def write_rows(*, sheet: Sheet, rows: Any, format: Format) -> tuple[bytes, int]:
    """These rows of the sheet's model as a file, and how many there were."""
    count = 0

    def texts() -> Iterator[list[str]]:
        nonlocal count
        for row in sheet.iter_queryset(rows):
            count += 1
            yield sheet.export_resource(row)

    content = _write(sheet=sheet, texts=texts(), format=format)
    return content, count


def write_template(*, sheet: Sheet, format: Format) -> bytes:
    """The headings; what they mean is in a second sheet, or in a line that is not read."""
    remark = [f"# {explain(column)}" if not at else explain(column) for at, column in _at(sheet)]
    texts = [] if format is XLSX else [remark]
    return _write(sheet=sheet, texts=texts, format=format)


def explain(column: Column) -> str:
    """What belongs into a column, in one line."""
    parts = [str(column.meaning)]
    if column.is_needed:
        parts.append(_("Needed."))
    if column.widget.allowed:
        parts.append(_("One of: %(words)s.") % {"words": ", ".join(column.widget.allowed)})
    return " ".join(part for part in parts if part)


def _at(sheet: Sheet) -> list[tuple[int, Column]]:
    return list(enumerate(sheet.columns))


def _write(*, sheet: Sheet, texts: Iterable[Sequence[str]], format: Format) -> bytes:
    if format is CSV:
        return _write_csv(sheet, texts)
    from hcprograms.catalog.spreadsheets import books  # noqa: PLC0415 - needs openpyxl

    return books.write_book(sheet=sheet, texts=texts)


def _write_csv(sheet: Sheet, texts: Iterable[Sequence[str]]) -> bytes:
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.columns])
    for row in texts:
        writer.writerow([_inert(column, text) for column, text in _pairs(sheet, row)])
    return file.getvalue().encode("utf-8-sig")


def _pairs(sheet: Sheet, row: Sequence[str]) -> Iterator[tuple[Column, str]]:
    return zip(sheet.columns, row, strict=True)


def _inert(column: Column, text: str) -> str:
    """A number may begin with a minus; a text may not."""
    return text if column.widget.kind == "number" else make_inert(tidy(text))
