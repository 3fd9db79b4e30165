"""Small files in memory, as people save them."""

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl

from hcprograms.catalog.spreadsheets.importing import import_upload, preview_upload
from hcprograms.catalog.spreadsheets.outcome import Outcome
from hcprograms.catalog.spreadsheets.reading import read_upload
from hcprograms.catalog.spreadsheets.sheet import Sheet
from hcprograms.institutions.models import Institution
from tests.factories import TODAY, make_user


def make_csv(*rows: Any, encoding: str = "utf-8", separator: str = ",") -> bytes:
    file = StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue().encode(encoding)


def make_book(**sheets: Any) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    return save(book)


def save(book: Any) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def make_sheet(kind: type[Sheet], *institutions: Institution, user: Any = None) -> Sheet:
    reach = Institution.objects.filter(pk__in=[one.pk for one in institutions])
    return kind(institutions=reach, today=TODAY, user=user)


def preview(
    kind: type[Sheet], content: bytes, *institutions: Institution, name: str = "rows.csv"
) -> Outcome:
    sheet = make_sheet(kind, *institutions)
    return preview_upload(sheet=sheet, upload=read_upload(content=content, name=name, sheet=sheet))


def import_file(kind: type[Sheet], content: bytes, *institutions: Institution) -> Outcome:
    """Preview and confirm, as the pages do."""
    expected = preview(kind, content, *institutions).digest
    sheet = make_sheet(kind, *institutions, user=make_user())
    upload = read_upload(content=content, name="rows.csv", sheet=sheet)
    return import_upload(sheet=sheet, upload=upload, expected=expected)


def told(outcome: Outcome) -> list[tuple[int, str, str, str]]:
    """Row, column, value and reason of everything that is refused."""
    return [
        (row.line, one.column, one.value, one.reason)
        for row in outcome.rows
        for one in row.refusals
    ]


def changed(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Column, old and new text of every cell of rows that change."""
    return [
        (one.column, one.old, one.new)
        for row in outcome.rows
        if row.fate == "changed"
        for one in row.changes
    ]


def fates(outcome: Outcome) -> list[str]:
    return [str(row.fate) for row in outcome.rows]
