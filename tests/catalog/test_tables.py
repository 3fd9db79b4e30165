"""Reading tables as they really come: dirty, cut short, or not tables at all."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.catalog.tables import BadRow, Kind, Row, Table, UnreadableFile

PEOPLE = Kind(
    name="people",
    required={"ID": ("P_ID", "id"), "NAME": ("P_NAME", "name")},
    optional={"CITY": ("CITY",)},
)


def write(tmp_path, content, name="people.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path):
    with Table(path=path, kind=PEOPLE) as table:
        return list(table)


def names(rows):
    return [row["NAME"] for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\r\n \n", "is empty"),
        (b"<!DOCTYPE html><html><h1>502</h1></html>", "is a web page, not CSV"),
        (b"\xef\xbb\xbf\n  <html lang='en'>id,name</html>", "is a web page, not CSV"),
        (b"PK\x03\x04\x14\x00", "is a broken zip archive, not CSV"),
        (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook, not CSV"),
        (b"\x89PNG\r\n\x1a\n", "is a picture, not CSV"),
        (b"%PDF-1.7", "is a PDF document, not CSV"),
        (b'{"id": 1}', "is JSON, not CSV"),
        (b"id\x00,name\n1,a\n", "is binary data"),
        (b"Dear all,\nplease find the file\n", "is not a people file: it lacks P_ID, P_NAME"),
        (b"id,city\n1,Rome\n", "is not a people file: it lacks P_NAME"),
        (b"id,name,ID\n1,a,2\n", "has the column P_ID 2 times"),
    ],
)
def test_file_of_another_kind_is_refused_with_its_reason(tmp_path, content, said):
    path = write(tmp_path, content)

    with pytest.raises(UnreadableFile) as error:
        read(path)

    assert error.value.reason.startswith(said)
    assert str(path) in str(error.value)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read(tmp_path / "nowhere.csv")


def test_directory_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read(tmp_path)


def test_header_only_has_no_rows(tmp_path):
    assert read(write(tmp_path, "id,name\n")) == []


@pytest.mark.parametrize("header", ["﻿id,name", " ID , Name ", "p_id,P_NAME", '"id","name"'])
def test_header_is_found_in_any_dress(tmp_path, header):
    rows = read(write(tmp_path, f"{header}\n7,Ann\n"))

    assert rows == [Row(2, {"ID": "7", "NAME": "Ann"})]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_delimiter_is_taken_from_the_header(tmp_path, mark):
    rows = read(write(tmp_path, f"id{mark}name\n7{mark}Ann\n"))

    assert rows == [Row(2, {"ID": "7", "NAME": "Ann"})]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_is_read(tmp_path, newline):
    rows = read(write(tmp_path, newline.join([b"id,name", b"1,Ann", b"2,Bob", b""])))

    assert names(rows) == ["Ann", "Bob"]
    assert [row.line for row in rows] == [2, 3]


def test_cp1252_bytes_survive_beside_utf8(tmp_path):
    rows = read(write(tmp_path, b"id,name\n1,Jos\xe9\x92s\n2,Jos\xc3\xa9\n3,Bachelor\xc2\x92s\n"))

    assert names(rows) == ["José’s", "José", "Bachelor’s"]


def test_optional_column_reads_as_empty_when_absent(tmp_path):
    (row,) = read(write(tmp_path, "id,name\n1,Ann\n"))

    assert row["CITY"] == ""


def test_quoted_newline_keeps_the_line_numbers_right(tmp_path):
    rows = read(write(tmp_path, 'id,name\n1,"Ann\nLee"\n2,Bob\n'))

    assert rows == [Row(2, {"ID": "1", "NAME": "Ann\nLee"}), Row(4, {"ID": "2", "NAME": "Bob"})]


def test_open_quote_spoils_its_own_row_only(tmp_path):
    good = "".join(f"{i},n{i}\n" for i in range(3, 203))

    rows = read(write(tmp_path, f'id,name\n1,Ann\n2,"Bob\n{good}'))

    assert rows[1] == BadRow(3, "opens a quotation mark that is never closed")
    assert len(names(rows)) == 201
    assert rows[-1].line == 203


def test_stray_quote_inside_a_field_is_a_character(tmp_path):
    assert names(read(write(tmp_path, 'id,name\n1,6" pipe\n2,"a"b\n'))) == ['6" pipe', "ab"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,Ann,extra", "has 3 columns where the header has 2"),
        ("1", "has 1 columns where the header has 2"),
        ("1,A\0nn", "holds NUL bytes"),
        ("1," + "x" * 200_000, "cannot be taken apart into columns (field larger"),
        ("1," + "x" * 1_100_000, "is longer than 1048576 bytes"),
    ],
)
def test_bad_row_is_told_and_the_next_one_read(tmp_path, line, said):
    bad, good = read(write(tmp_path, f"id,name\n{line}\n2,Bob\n"))

    assert bad.reason.startswith(said)
    assert (bad.line, good.line) == (2, 3)


def test_blank_cells_beyond_the_header_do_no_harm(tmp_path):
    assert names(read(write(tmp_path, "id,name\n1,Ann,,\n\n2,Bob\n"))) == ["Ann", "Bob"]


def test_truncated_last_line_says_that_the_file_ends_there(tmp_path):
    rows = read(write(tmp_path, "id,name,city\n1,Ann,Rome\n2,Bo"))

    assert rows[1].reason.endswith("the file ends in the middle of the row")


def test_progress_runs_from_nothing_to_the_end(tmp_path):
    path = write(tmp_path, "id,name\n" + "1,Ann\n" * 50_000)

    with Table(path=path, kind=PEOPLE) as table:
        start = table.progress
        rows = sum(1 for _ in table)
        end = table.progress

    assert (start < 0.1, rows, end) == (True, 50_000, 1.0)


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = write(tmp_path, "id,name\n" + "1,Ann\n" * 60_000)

    tracemalloc.start()
    with Table(path=path, kind=PEOPLE) as table:
        for _row in table:
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 300_000


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=300))
def test_any_bytes_after_the_header_never_raise(tmp_path_factory, body):
    path = write(tmp_path_factory.mktemp("any"), b"id,name\n" + body)

    rows = read(path)

    assert all(isinstance(row, Row | BadRow) for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)))
def test_what_a_writer_quotes_comes_back(tmp_path_factory, texts):
    quoted = [text.replace('"', '""') for text in texts]
    path = tmp_path_factory.mktemp("any") / "people.csv"
    path.write_bytes("".join(["id,name\n", *(f'1,"{t}"\n' for t in quoted)]).encode())

    assert [row.reason for row in read(path) if isinstance(row, BadRow)] == []
