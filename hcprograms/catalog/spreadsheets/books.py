"""Writes a sheet as an Excel workbook; only imported where openpyxl is there."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from hcprograms.catalog.cells import make_inert, tidy
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.sheet import Sheet

LONGEST_LIST = 250  # characters of a list of choices that a cell may offer
ROWS_OFFERED = 2_000
WIDTHS = {"text": 18, "number": 12, "date": 14}
FORMATS = {"text": "@", "number": "General", "date": "yyyy-mm-dd"}


def write_book(*, sheet: Sheet, texts: Iterable[Sequence[str]]) -> bytes:
    """The rows, and a second sheet that says what belongs where."""
    book = Workbook(write_only=True)
    _fill_first_sheet(book, sheet, texts)
    _fill_second_sheet(book, sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _fill_first_sheet(book: Any, sheet: Sheet, texts: Iterable[Sequence[str]]) -> None:
    page = book.create_sheet(str(sheet._meta.model._meta.verbose_name_plural).capitalize()[:31])
    page.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = max(
            WIDTHS[column.widget.kind], len(column.heading) + 4
        )
        page.column_dimensions[letter].number_format = FORMATS[column.widget.kind]
        _offer(page, letter, column.widget.allowed)
    page.append([_bold(page, column.heading) for column in sheet.columns])
    for row in texts:
        page.append(
            [_cell(page, column, text) for column, text in zip(sheet.columns, row, strict=True)]
        )


def _fill_second_sheet(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(_("What belongs where")[:31])
    for letter, width in zip("ABCD", (26, 60, 10, 80), strict=True):
        page.column_dimensions[letter].width = width
    headings = (_("Heading"), _("Meaning"), _("Needed"), _("One of"))
    page.append([_bold(page, heading) for heading in headings])
    for column in sheet.columns:
        needed = _("yes") if column.is_needed else ""
        told = (column.heading, str(column.meaning), needed, ", ".join(column.widget.allowed))
        page.append([_text(page, text) for text in told])
    page.append([])
    page.append([_text(page, _("A blank cell leaves things as they are; “-” empties the field."))])


def _offer(page: Any, letter: str, allowed: Sequence[str]) -> None:
    """Let people choose instead of typing; typing something else stays possible."""
    listed = ",".join(allowed)
    if allowed and len(listed) <= LONGEST_LIST:
        choice = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        choice.showErrorMessage = False
        choice.add(f"{letter}2:{letter}{ROWS_OFFERED}")
        page.data_validations.append(choice)


def _cell(page: Any, column: Column, text: str) -> Any:
    if not text:
        return None
    if column.widget.kind == "number":
        return Decimal(text)
    if column.widget.kind == "date":
        return _dressed(page, date.fromisoformat(text), FORMATS["date"])
    return _text(page, text)


def _text(page: Any, text: str) -> Any:
    return _dressed(page, make_inert(tidy(text)), FORMATS["text"])


def _dressed(page: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # text, whatever it looks like
    cell.number_format = number_format
    return cell


def _bold(page: Any, text: str) -> Any:
    cell = _text(page, text)
    cell.font = Font(bold=True)
    return cell
