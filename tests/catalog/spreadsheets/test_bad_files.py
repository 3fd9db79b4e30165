"""Files as they really come: other encodings, other programs, broken, hostile."""

import base64
import zipfile
from io import BytesIO

import openpyxl
import pytest

from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.spreadsheets import reading
from hcprograms.catalog.spreadsheets.programs import ProgramSheet
from hcprograms.catalog.spreadsheets.reading import read_upload
from hcprograms.catalog.tables import UnreadableFile
from tests.catalog.spreadsheets.files import (
    fates,
    import_file,
    make_book,
    make_csv,
    make_sheet,
    preview,
    save,
    told,
)
from tests.factories import make_institution

pytestmark = pytest.mark.django_db

HEADER = ["Name", "Level", "Summary"]
ROW = ["Administración – “Health”", "master", "Führung"]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def school():
    return make_institution(slug="our-school")


def refusal(content: bytes, school, name: str = "programs.xlsx") -> str:
    with pytest.raises(UnreadableFile) as error:
        read_upload(content=content, name=name, sheet=make_sheet(ProgramSheet, school))
    assert str(error.value).startswith(f"{name}: ")
    return error.value.reason


def rebuild(content: bytes, **parts: bytes) -> bytes:
    """The workbook with these parts instead (``__`` for a slash, ``_`` before the ending)."""
    file = BytesIO()
    changed = {name.replace("__", "/").replace("_xml", ".xml"): new for name, new in parts.items()}
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name, old.read(name)), zipfile.ZIP_DEFLATED)
        for name, content in changed.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


# Encodings, separators, headings.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_in_any_encoding_and_with_any_separator_is_read(school, encoding, separator):
    is_bare = encoding == "utf-16-le-bom"
    content = make_csv(
        HEADER, ROW, encoding="utf-16-le" if is_bare else encoding, separator=separator
    )

    import_file(ProgramSheet, b"\xff\xfe" * is_bare + content, school)

    program = Program.objects.get()
    assert [program.name, program.level, program.summary] == [
        "Administración – “Health”",
        "master",
        "Führung",
    ]


def test_line_that_names_the_separator_is_no_heading(school):
    outcome = preview(ProgramSheet, b"sep=;\r\nName;Level\r\nA, B;master\r\n", school)

    assert fates(outcome) == ["new"]
    assert outcome.rows[0].line == 3


@pytest.mark.parametrize(
    "heading", ["name", " NAME ", "\ufeffName", "Name\u00a0", "N\u200bame"[:1] + "ame"]
)
def test_heading_is_known_in_any_case_and_with_spaces(school, heading):
    outcome = preview(ProgramSheet, make_csv([heading, " LEVEL"], ["A", "master"]), school)

    assert fates(outcome) == ["new"]


def test_heading_may_be_the_name_of_the_field(school):
    content = make_csv(["name", "level", "cip_code"], ["A", "master", "51.0701"])

    import_file(ProgramSheet, content, school)

    assert Program.objects.get().cip_code == "51.0701"


def test_column_of_another_kind_is_told_and_not_read(school):
    sheet = make_sheet(ProgramSheet, school)

    upload = read_upload(
        content=make_csv(["Name", "Level", "Colour"], ["A", "master", "red"]),
        name="x.csv",
        sheet=sheet,
    )

    assert upload.unread_columns == ["Colour"]


def test_repeated_heading_is_refused(school):
    content = make_csv(["Name", "Level", " name "], ["A", "master", "B"])

    assert refusal(content, school) == "has the column Name twice"


def test_table_of_something_else_says_what_it_lacks(school):
    content = make_csv(["Colour", "Size"], ["red", "1"])

    assert refusal(content, school) == (
        "is not a programs file: it lacks ID or Slug or Name (its columns begin with: Colour, Size)"
    )


def test_file_with_a_heading_only_does_nothing(school):
    outcome = preview(ProgramSheet, make_csv(HEADER), school)

    assert (fates(outcome), outcome.does_something) == ([], False)


def test_row_with_too_few_cells_is_told_by_its_line(school):
    outcome = preview(ProgramSheet, b"Name,Level,Summary\nA,master,x\nB,master\n", school)

    assert told(outcome) == [(3, "", "", "has 2 columns where the header has 3")]


def test_long_text_in_many_lines_is_one_cell(school):
    text = "\n".join(f"Line {number}" for number in range(200))
    content = make_csv(["Name", "Level", "Description"], ["A", "master", text])

    import_file(ProgramSheet, content, school)

    assert Program.objects.get().description == text


# Workbooks.


def test_sheet_that_was_read_is_named_and_so_are_the_others(school):
    content = make_book(Notes=[["Please read"]], Programs=[HEADER, ROW], Old=[HEADER, ROW])

    upload = read_upload(content=content, name="x.xlsx", sheet=make_sheet(ProgramSheet, school))

    assert (upload.sheet, upload.unread_sheets) == ("Programs", ["Notes", "Old"])


def test_table_below_a_title_keeps_the_numbers_of_its_rows(school):
    content = make_book(P=[["Our programs"], [], HEADER, ["A", "wizard", None]])

    outcome = preview(ProgramSheet, content, school)

    assert [(line, column) for line, column, _value, _why in told(outcome)] == [(4, "Level")]


def test_workbook_is_read_whatever_it_is_called(school):
    outcome = preview(ProgramSheet, make_book(P=[HEADER, ROW]), school, name="programs.csv")

    assert fates(outcome) == ["new"]


def test_merged_cell_is_told_where_it_hides_one(school):
    book = openpyxl.Workbook()
    for row in [HEADER, ["A", "master", "x"], ["B", "master", None]]:
        book.active.append(row)
    book.active.merge_cells("C2:C3")

    outcome = preview(ProgramSheet, save(book), school)

    assert told(outcome) == [(3, "", "", "has a merged cell (C2:C3) in column C; unmerge it")]


def test_formula_without_a_value_is_told_and_never_computed(school):
    content = make_book(P=[HEADER, ["A", "master", '="x"&"y"'], ["B", "master", "ok"]])

    outcome = preview(ProgramSheet, content, school)

    assert told(outcome) == [(2, "", "", "has a formula without a stored value in column C")]


def test_formula_with_a_value_counts_as_its_value(school):
    content = make_book(P=[HEADER, ["A", "master", "=1+1"]])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml")
    page = page.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    page = page.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")

    import_file(ProgramSheet, rebuild(content, xl__worksheets__sheet1_xml=page), school)

    assert Program.objects.get().summary == "2"


def test_cip_code_that_is_a_number_keeps_its_digits(school):
    content = make_book(P=[["Name", "Level", "CIP code"], ["A", "master", 51.0701]])

    import_file(ProgramSheet, content, school)

    assert Program.objects.get().cip_code == "51.0701"


# What is no table, and what would do harm.


def test_picture_renamed_is_a_picture(school):
    assert refusal(PNG, school) == "is a picture, not CSV; save it as CSV (UTF-8)"


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x00\x01\x02\x03" * 50, b"%PDF-1.4 x"])
def test_what_is_no_table_is_refused(school, content):
    assert refusal(content, school)


def test_workbook_cut_short_is_refused(school):
    content = make_book(P=[HEADER, ROW])

    assert refusal(content[: len(content) // 2], school) == "is a broken zip archive, not CSV"


def test_bomb_is_refused_by_the_sizes_it_states(school):
    content = rebuild(make_book(P=[HEADER, ROW]), xl__sharedStrings_xml=b" " * 30_000_000)

    assert "which no honest workbook does" in refusal(content, school)


def test_bomb_that_hides_its_size_is_refused(school):
    content = bytearray(
        rebuild(make_book(P=[HEADER, ROW]), xl__sharedStrings_xml=b" " * 30_000_000)
    )
    size = (30_000_000).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (1_000).to_bytes(4, "little")

    assert refusal(bytes(content), school) == "is a broken zip archive, not CSV"


@pytest.mark.parametrize(
    "start",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        b"\xff\xfe<\x00!\x00D\x00O\x00C\x00",
    ],
    ids=["laughs", "file", "wide"],
)
def test_entities_in_a_workbook_are_refused(school, start):
    page = start + b"<worksheet><sheetData/></worksheet>"

    content = rebuild(make_book(P=[HEADER, ROW]), xl__worksheets__sheet1_xml=page)

    assert refusal(content, school) == (
        "defines entities in its XML, which no honest workbook does"
    )


def test_too_many_rows_are_refused_without_reading_on(school):
    content = make_csv(["Name", "Level"], *[[f"P{n}", "master"] for n in range(100_000)])

    assert refusal(content, school) == "has more than 3,000 rows; split it"


def test_file_too_large_is_refused(school):
    content = b"Name,Level\n" + b"x" * reading.MOST_BYTES

    assert refusal(content, school) == "is larger than 5 MB; split it"


def test_workbook_that_claims_to_be_huge_is_read_as_what_it_is(school):
    content = make_book(P=[HEADER, ROW])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").replace(b"A1:C2", b"A1:XFD1048576")

    outcome = preview(ProgramSheet, rebuild(content, xl__worksheets__sheet1_xml=page), school)

    assert fates(outcome) == ["new"]


def test_row_far_to_the_right_is_refused(school):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.cell(row=2, column=5_000, value="far")

    assert refusal(save(book), school) == "has more than 1,000 columns in row 2"
