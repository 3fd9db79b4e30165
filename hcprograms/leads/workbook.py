"""Tables as an Excel workbook; needs openpyxl (the extra ``xlsx``).

Import it where it is used: it is optional, and slow to load.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hcprograms.catalog.cells import make_inert

MAX_CELL = 32_767
"""Characters that Excel keeps in a cell."""


def write_workbook(*, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a heading line. Numbers stay numbers; every text is inert."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in [headings, *rows]:
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return WriteOnlyCell(sheet, value)
    text = ILLEGAL_CHARACTERS_RE.sub("", make_inert(value))[:MAX_CELL]
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
