"""The importers' files, worse than they come: another file, cut short, packed, turned around."""

import csv
import gzip
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hcprograms.catalog.models import AccreditationRecord, Occupation, Program
from hcprograms.institutions.models import Institution
from tests.factories import make_accreditor, make_institution, make_role

pytestmark = pytest.mark.django_db

Rows = list[list[str]]
AGENCY = "Commission on Accreditation of Healthcare Management Education"
TABLES: dict[str, dict[str, Rows]] = {
    "import_scorecard": {
        "institutions": [
            ["UNITID", "OPEID", "OPEID6", "INSTNM", "CITY", "STABBR", "CURROPER"],
            ["100654", "00100200", "001002", "Alpha College", "Normal", "AL", "1"],
            ["100663", "00105200", "001052", "Béta University", "Birmingham", "AL", "1"],
        ],
        "field-of-study": [
            ["UNITID", "OPEID6", "INSTNM", "CIPCODE", "CIPDESC", "CREDLEV", "CREDDESC"],
            ["100654", "1002", "Alpha", "5107", "Health Administration.", "5", "Master's Degree"],
            ["100663", "1052", "Béta", "5107", "Health Administration.", "3", "Bachelors Degree"],
        ],
        "tuition": [
            ["UNITID", "TUITION2", "FEE2", "TUITION3", "FEE3"],
            ["100654", "8000", "900", "16000", "900"],
        ],
    },
    "import_dapip": {
        "records": [
            ["DapipId", "AgencyId", "AgencyName", "ProgramId", "ProgramName", "SequentialId"]
            + ["AccreditationDate", "AccreditationStatus", "AccreditationEndDate"],
            ["1", "41", AGENCY, "6", "HSA", "1", "7/1/1994 12:00:00 AM", "Accredited", "-"],
            ["1", "41", AGENCY, "6", "HSA", "2", "7/1/2004 12:00:00 AM", "Accredited", "-"],
        ],
        "campuses": [
            ["DapipId", "IpedsUnitIds", "LocationName", "ParentDapipId"],
            ["1", "100654", "Alpha College", "-"],
        ],
    },
}
COUNTED = {"import_scorecard": Program, "import_dapip": AccreditationRecord}
FIRST = {"import_scorecard": "institutions", "import_dapip": "records"}
each = pytest.mark.parametrize("command", TABLES)


@pytest.fixture(autouse=True)
def here(request, db):
    """DAPIP's history is added to institutions that are here already."""
    if "import_dapip" in request.node.name:
        make_institution(unitid="100654")
        make_accreditor(name=AGENCY)


def write_csv(rows: Rows, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    file = StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows(rows)
    return file.getvalue().encode(encoding)


def run(command: str, folder: Path, **files: bytes | Path) -> str:
    """Run it on the small tables, with these files instead of some of them."""
    options = {}
    for name, rows in TABLES[command].items():
        given = files.get(name.replace("-", "_"), write_csv(rows))
        path = given if isinstance(given, Path) else folder / f"{name}.csv"
        if isinstance(given, bytes):
            path.write_bytes(given)
        options[name.replace("-", "_")] = path
    out = StringIO()
    call_command(command, **options, stdout=out, stderr=StringIO())
    return out.getvalue()


def first_rows(command: str) -> Rows:
    return TABLES[command][FIRST[command]]


GOOD: dict[str, Callable[[Rows], bytes]] = {
    "utf-16": lambda rows: write_csv(rows, separator="\t", encoding="utf-16"),
    "cp1252": lambda rows: write_csv(rows, separator=";", encoding="cp1252"),
    "bom": lambda rows: write_csv(rows, encoding="utf-8-sig"),
    "turned around": lambda rows: write_csv([row[::-1] for row in rows]),
    "more columns": lambda rows: write_csv([["x", *row, "y"] for row in rows]),
    "lower case": lambda rows: write_csv([[one.lower() for one in rows[0]], *rows[1:]]),
    "spaces": lambda rows: write_csv([[f" {one} " for one in rows[0]], *rows[1:]]),
    "underscores": lambda rows: write_csv([[f"{one}_" for one in rows[0]], *rows[1:]]),
    "separator told": lambda rows: b"sep=;\r\n" + write_csv(rows, separator=";"),
    "triple quotes": lambda rows: write_csv([rows[0], *[[f'"{c}"' for c in r] for r in rows[1:]]]),
    "excel": lambda rows: write_csv([rows[0], *[[f'="{c}"' for c in r] for r in rows[1:]]]),
}


@each
@pytest.mark.parametrize("dress", GOOD)
def test_table_in_another_dress_is_the_same_table(command, dress, tmp_path):
    content = GOOD[dress](first_rows(command))

    run(command, tmp_path, **{FIRST[command]: content})

    assert COUNTED[command].objects.count() == 2


BAD: dict[str, tuple[Callable[[Rows], bytes], str]] = {
    "gzip": (lambda rows: gzip.compress(write_csv(rows)), "is a gzip archive, not CSV; unpack it"),
    "picture": (lambda rows: b"\x89PNG\r\n\x1a\n" + write_csv(rows), "is a picture"),
    "nothing": (lambda rows: b"", "is empty"),
    "web page": (lambda rows: b"<!doctype html><p>404", "is a web page"),
    "binary": (lambda rows: bytes(range(256)) * 9, "is binary data"),
    "no heading": (lambda rows: write_csv(rows[1:]), "it lacks"),
    "column twice": (lambda rows: write_csv([[*row, row[0]] for row in rows]), "2 times"),
    "other heading": (lambda rows: write_csv([["Q", *rows[0][1:]], *rows[1:]]), "it lacks"),
}


@each
@pytest.mark.parametrize("fault", BAD)
def test_file_that_is_no_such_table_leaves_nothing_behind(command, fault, tmp_path):
    spoil, reason = BAD[fault]
    before = Institution.objects.count()

    with pytest.raises(CommandError, match=f"{reason}.*Nothing was written") as refusal:
        run(command, tmp_path, **{FIRST[command]: spoil(first_rows(command))})

    assert refusal.value.returncode == 1
    assert (COUNTED[command].objects.count(), Institution.objects.count()) == (0, before)


@each
def test_swapped_files_are_told_apart(command, tmp_path):
    one, other = list(TABLES[command])[:2]
    files = {
        one.replace("-", "_"): write_csv(TABLES[command][other]),
        other.replace("-", "_"): write_csv(TABLES[command][one]),
    }

    with pytest.raises(CommandError, match="it lacks"):
        run(command, tmp_path, **files)

    assert COUNTED[command].objects.count() == 0


@each
def test_folder_instead_of_a_file_is_refused(command, tmp_path):
    with pytest.raises(CommandError, match="cannot be opened"):
        run(command, tmp_path, **{FIRST[command]: tmp_path})


@each
def test_file_cut_short_gives_what_is_whole_and_says_where_it_ends(command, tmp_path):
    content = write_csv(first_rows(command)).rstrip()[:-9]

    told = run(command, tmp_path, **{FIRST[command]: content})

    assert COUNTED[command].objects.count() == 1
    assert "the file ends in the middle of the row" in told


@each
def test_spoilt_row_is_told_by_its_line_and_the_others_are_taken(command, tmp_path):
    rows: Any = first_rows(command)
    spoilt = [rows[0], rows[1], ["?", *rows[2][1:]]]

    told = run(command, tmp_path, **{FIRST[command]: write_csv(spoilt)})

    assert COUNTED[command].objects.count() == 1
    assert f"skipped {FIRST[command]}, line 3" in told


@pytest.mark.parametrize(
    ("date", "status", "said"),
    [
        ("4/1//2012", "Accredited", "AccreditationDate: “4/1//2012” is not a date"),
        ("7/1/8014 12:00:00 AM", "Accredited", "has a year outside 1800–2100"),
        ("-", "Accredited", "AccreditationDate: the date is not given"),
        ("7/1/1994", "Sort of", "AccreditationStatus: “Sort of” is not a status we know"),
    ],
)
def test_dapip_row_that_makes_no_sense_is_told(date, status, said, tmp_path):
    header, row, _other = TABLES["import_dapip"]["records"]
    content = write_csv([header, [*row[:6], date, status, "-"]])

    told = run("import_dapip", tmp_path, records=content)

    assert said in told
    assert AccreditationRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("written", "taken"), [("51.07", 1), ("5107.0", 1), ('"5107"', 1), ("-", 0), ("51o7", 0)]
)
def test_cip_code_as_other_programs_write_it(written, taken, tmp_path):
    header, row, _other = TABLES["import_scorecard"]["field-of-study"]
    content = write_csv([header, [*row[:3], written, *row[4:]]])

    run("import_scorecard", tmp_path, field_of_study=content)

    assert Program.objects.filter(cip_code="51.07").count() == taken


@pytest.mark.parametrize("heading", ["O*NET-SOC Code", "O*NET-SOC 2019 Code", "onet_soc_code"])
def test_onet_of_another_edition_is_read(heading, tmp_path):
    make_role(slug="manager", onet_codes=["11-9111.00"])
    folder = tmp_path / "db_30_0_text"
    folder.mkdir()
    row = f"{heading}\tTitle\tDescription\n11-9111.00\tManagers\tThey manage.\n"
    (folder / "Occupation Data.txt").write_text(row)
    crosswalk = tmp_path / "crosswalk.csv"
    crosswalk.write_text("CIP2020Code,SOC2018Code\n51.0701,11-9111\n")

    call_command("import_occupations", onet=folder, crosswalk=crosswalk, verbosity=0)

    assert Occupation.objects.get().source == "O*NET 30.0 Database"
