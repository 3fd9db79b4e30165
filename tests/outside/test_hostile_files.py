"""Files that were made to keep a site busy are refused, or cost what their bytes cost."""

import io
import re
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.factories import make_institution, make_interest_form, make_member

pytestmark = pytest.mark.django_db

MOST_WORK = 3_000_000
"""Calls of functions that one upload may take: far more than an honest file needs."""


class TooMuchWorkError(BaseException):
    """Not an Exception: nothing in between may take it for a broken file."""


def count_work(carry_out: Callable[[], Any], most: int = MOST_WORK) -> tuple[Any, int]:
    """What it returns, and how many functions were called for it; stops what never ends."""
    count = 0

    def profile(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}
        if count > most:
            sys.setprofile(None)
            raise TooMuchWorkError(count)

    sys.setprofile(profile)
    try:
        return carry_out(), count
    finally:
        sys.setprofile(None)


@pytest.fixture
def school():
    return make_institution(slug="our-school", is_published=True)


@pytest.fixture(params=["catalog", "leads"])
def upload(request, client, school):
    """Hand in a file at either door; returns the page's text."""
    client.force_login(make_member(institution=school, role="owner").user)
    form = make_interest_form(institution=school)

    def send(content: bytes, name: str = "list.xlsx") -> str:
        file = SimpleUploadedFile(name, content)
        if request.param == "catalog":
            page = client.post(reverse("admin:hcprograms_program_import"), {"file": file})
        else:
            page = client.post("/admin/hcprograms/lead/import/", {"form": form.pk, "file": file})
        assert page.status_code == 200
        return page.content.decode()

    send.header = ["Slug", "Name", "Level"] if request.param == "catalog" else ["Name", "Email"]
    send(make_book(send.header))  # what is loaded once is not counted
    return send


def make_book(header: list[str], *, change: Callable[[str], str] = str, **parts: bytes) -> bytes:
    """A workbook with three rows; ``change`` rewrites its sheet, ``parts`` are added."""
    book = openpyxl.Workbook()
    for row in [header, ["a"] * len(header), ["b"] * len(header)]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            content = parts.pop(name.rpartition("/")[2].partition(".")[0], content)
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(f"xl/{name}.xml", content)
    return out.getvalue()


def merge(*ranges: str) -> Callable[[str], str]:
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    block = f'<mergeCells count="{len(ranges)}">{cells}</mergeCells>'
    return lambda sheet: sheet.replace("</sheetData>", f"</sheetData>{block}")


RANGES = [
    "B1:A99999999999",
    "A1:A99999999999",
    "A1:XFD1048576",
    "A1:ZZZZZZ2",
    "A1:XFE1",
    "A1:A1048577",
    "A5:A1",
    "A1:A" + "9" * 5_000,
    "A0:B0",
    "nonsense",
]


def test_merged_range_beyond_the_sheet_is_refused_and_named(upload):
    for given in RANGES:
        content = make_book(upload.header, change=merge(given))

        page, _work = count_work(lambda content=content: upload(content))

        assert "merged cells" in page, given
        assert given[:30] in page


def test_many_merged_ranges_are_counted_before_they_are_visited(upload):
    content = make_book(upload.header, change=merge(*[f"A1:XFD{row}" for row in range(2, 900)]))

    page, _work = count_work(lambda: upload(content))

    assert "too many merged cells" in page


def test_merged_cells_in_other_quotes_are_seen_too(upload):
    change = merge("A2:A3")
    content = make_book(upload.header, change=lambda sheet: change(sheet).replace('"', "'"))

    assert "A2:A3" in upload(content)


@pytest.mark.parametrize("row", ["1048577", "1e11", "9" * 5_000])
def test_row_that_states_a_number_no_sheet_has_is_refused(upload, row):
    content = make_book(
        upload.header, change=lambda sheet: re.sub(r'<row r="3"', f'<row r="{row}"', sheet)
    )

    page, _work = count_work(lambda: upload(content))

    assert re.search("blank rows before row|has rows after row|is a broken Excel workbook", page)


@pytest.mark.parametrize("column", ["XFD", "ZZZZZZZ"])
def test_cell_in_a_column_no_list_has_is_refused(upload, column):
    content = make_book(
        upload.header,
        change=lambda sheet: re.sub(
            r'<c r="[A-Z]3"(?!.*<c r="[A-Z]3")', f'<c r="{column}3"', sheet, flags=re.DOTALL
        ),
    )

    page, _work = count_work(lambda: upload(content))

    assert re.search("more than 1,000 columns|is a broken Excel workbook", page)


@pytest.mark.parametrize("size", ["A1:XFD1048576", "A1:ZZZ999999999999"])
def test_size_that_a_sheet_claims_is_not_believed(upload, size):
    content = make_book(
        upload.header,
        change=lambda sheet: re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{size}"', sheet),
    )

    page, _work = count_work(lambda: upload(content))

    assert "cannot be read" not in page


@pytest.mark.parametrize(("part", "repeated"), [("sharedStrings", b"<si/>"), ("styles", b"<xf/>")])
def test_millions_of_tiny_parts_are_refused_before_they_are_understood(upload, part, repeated):
    head = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    content = make_book(upload.header, **{part: head + repeated * 1_100_000 + b"</sst>"})

    page, _work = count_work(lambda: upload(content))

    assert re.search("other parts; delete what is|no honest workbook does", page)


def test_entities_are_refused(upload):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    content = make_book(
        upload.header, change=lambda sheet: bomb + re.sub(r"^<\?xml.*?\?>", "", sheet)
    )

    page, _work = count_work(lambda: upload(content))

    assert "defines entities" in page


def test_archive_that_swells_is_refused(upload):
    content = make_book(upload.header, sharedStrings=b" " * 30_000_000)

    page, _work = count_work(lambda: upload(content))

    assert "no honest workbook does" in page


LINES = ['a","', '"', 'a,"', '"",""",']


@pytest.mark.parametrize("line", LINES)
def test_open_quotation_marks_cost_no_more_than_their_lines(upload, line):
    header = ",".join(upload.header)

    def send(count: int) -> int:
        content = f"{header}\n{(line + chr(10)) * count}".encode()
        return count_work(lambda: upload(content, "list.csv"))[1]

    small, middle, large = send(100), send(200), send(400)

    assert large - middle < 3 * max(middle - small, 2_000)


def test_large_file_of_open_quotation_marks_is_refused_soon(upload):
    content = (",".join(upload.header) + "\n" + 'x","' * 5 + "\n").encode()
    content += b'a","' * 20 + b"\n" + (b'a","' * 20 + b"\n") * 600

    page, work = count_work(lambda: upload(content, "list.csv"))

    assert work < MOST_WORK
    assert "quotation mark" in page


def test_number_of_thousands_of_digits_is_no_error_of_the_site(upload):
    content = f"{','.join(upload.header)}\n{','.join(['9' * 5_000] * len(upload.header))}\n"

    upload(content.encode(), "list.csv")


@pytest.mark.parametrize("figure", ["9" * 5_000, "1e999999999", "1E-999999999", "NaN"])
def test_number_in_a_list_of_offerings_is_no_error_of_the_site(client, school, figure):
    client.force_login(make_member(institution=school, role="owner").user)
    content = f"Program,Delivery,Credits,Capacity\nx,online,{figure},{figure}\n"
    file = SimpleUploadedFile("offerings.csv", content.encode())

    page, _work = count_work(
        lambda: client.post(reverse("admin:hcprograms_offering_import"), {"file": file})
    )

    assert page.status_code == 200


@pytest.mark.parametrize("row", ["1048577", "99999999999"])
def test_file_of_a_publisher_is_bounded_too(tmp_path, row):
    path = tmp_path / "institutions.xlsx"
    header = ["UNITID", "OPEID", "OPEID6", "INSTNM", "CITY", "STABBR", "CURROPER"]
    path.write_bytes(
        make_book(header, change=lambda sheet: sheet.replace('<row r="3"', f'<row r="{row}"'))
    )
    folder = {"institutions": path, "field_of_study": path, "tuition": path}

    with pytest.raises(CommandError, match=r"blank rows|rows after row|is not a"):
        count_work(
            lambda: call_command(
                "import_scorecard", **folder, stdout=io.StringIO(), stderr=io.StringIO()
            )
        )
