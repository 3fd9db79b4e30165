"""Excel workbooks as tables: several sheets, typed cells, and files that only look like one."""

import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from hcprograms.catalog.tables import Kind, Row, Table, UnreadableFile

PEOPLE = Kind(name="people", required={"ID": ("ID",), "NAME": ("NAME",)})


def write(tmp_path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "people.xlsx"
    book.save(path)
    return path


def read(path):
    with Table(path=path, kind=PEOPLE) as table:
        return [*table], table.progress


def test_sheet_with_the_columns_is_found_below_its_title(tmp_path):
    path = write(
        tmp_path,
        Guide=[["This file has people"]],
        People=[["People of 2026"], [], [" id ", "Name", "Note"], ["7", "Ann", None], ["8", "Bob"]],
    )

    rows, progress = read(path)

    assert [(row.line, row["ID"], row["NAME"]) for row in rows] == [
        (4, "7", "Ann"),
        (5, "8", "Bob"),
    ]
    assert progress == 1.0


def test_typed_cells_read_as_a_csv_would_write_them(tmp_path):
    values = [51.0701, 5107.0, 12, date(2026, 11, 23), datetime(2026, 11, 23, 1, 2), True, None]
    path = write(tmp_path, People=[["ID", "NAME"], *[["x", value] for value in values]])

    rows, _progress = read(path)

    assert [row["NAME"] for row in rows] == [
        "51.0701",
        "5107",
        "12",
        "2026-11-23",
        "2026-11-23",
        "True",
        "",
    ]


def test_formula_without_a_stored_value_is_empty_and_never_computed(tmp_path):
    rows, _progress = read(write(tmp_path, People=[["ID", "NAME"], ["1", "=1+1"]]))

    assert rows == [Row(2, {"ID": "1", "NAME": ""})]


def test_blank_rows_are_no_rows_and_cells_beside_the_columns_do_no_harm(tmp_path):
    path = write(tmp_path, People=[["ID", "NAME"], [None, None], ["1", "Ann", "more"]])

    rows, _progress = read(path)

    assert rows == [Row(3, {"ID": "1", "NAME": "Ann"})]


def test_workbook_of_another_kind_says_what_it_lacks(tmp_path):
    path = write(tmp_path, Wages=[["CODE", "WAGE"], [1, 2]], More=[["a"]])

    with pytest.raises(UnreadableFile, match="it lacks ID, NAME .*begin with: CODE, WAGE"):
        read(path)


def test_empty_workbook_is_empty(tmp_path):
    with pytest.raises(UnreadableFile, match="is empty"):
        read(write(tmp_path, Nothing=[]))


def test_zip_of_something_else_is_refused(tmp_path):
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", "ID,NAME")

    with pytest.raises(UnreadableFile, match="is a zip archive, not CSV; unpack it first"):
        read(path)


def test_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)

    with pytest.raises(UnreadableFile, match="which no honest workbook does"):
        read(path)


def test_workbook_with_a_broken_sheet_is_refused(tmp_path):
    path = write(tmp_path, People=[["ID", "NAME"], *[["1", "Ann"]] * 50])
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            cut = len(content) // 2 if name.endswith("sheet1.xml") else len(content)
            new.writestr(name, content[:cut])

    with pytest.raises(UnreadableFile, match="is a broken Excel workbook"):
        read(broken)


def test_workbook_without_parts_is_refused(tmp_path):
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")

    with pytest.raises(UnreadableFile, match="is a broken Excel workbook"):
        read(path)
