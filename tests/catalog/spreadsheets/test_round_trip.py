"""What goes out comes in again and changes nothing; and nothing that goes out can run."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hcprograms.catalog.cells import FORMULA, make_inert, undo_inert
from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.catalog.spreadsheets.accreditation import AccreditationSheet
from hcprograms.catalog.spreadsheets.intakes import IntakeSheet
from hcprograms.catalog.spreadsheets.offerings import OfferingSheet
from hcprograms.catalog.spreadsheets.programs import ProgramSheet
from hcprograms.catalog.spreadsheets.role_mappings import RoleMappingSheet
from hcprograms.catalog.spreadsheets.writing import CSV, XLSX, write_rows, write_template
from tests.catalog.spreadsheets.files import fates, make_sheet, preview, told
from tests.factories import (
    TODAY,
    make_accreditor,
    make_campus,
    make_institution,
    make_intake,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

FORMATS = {"csv": CSV, "xlsx": XLSX}
KINDS = [ProgramSheet, OfferingSheet, IntakeSheet, AccreditationSheet, RoleMappingSheet]
each_format = pytest.mark.parametrize("key", FORMATS)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
dangerous = st.builds("".join, st.tuples(st.sampled_from("=+-@'＝ \t\r\n"), texts))
words = texts | dangerous | st.sampled_from(["-", "–", "'-", "#N/A x", "# x", "'=1", "''+1", "yes"])
money = st.none() | st.decimals(0, 99_999, places=2)


def export(kind, school, key):
    sheet = make_sheet(kind, school)
    return write_rows(sheet=sheet, rows=sheet.get_queryset(), format=FORMATS[key])[0]


@given(words)
def test_inert_text_is_undone_to_the_letter(text):
    inert = make_inert(text)

    assert undo_inert(inert) == text
    assert not FORMULA.match(inert) or inert.startswith("'")


class RoundTrip(TestCase):
    """Property-tested: hypothesis needs a transaction for each example."""

    @settings(max_examples=25, deadline=None)
    @given(
        name=words.filter(lambda text: text.strip()),
        rest=st.tuples(*[words] * 5),
        level=st.sampled_from(["master", "certificate", "doctorate"]),
        track=st.none() | st.decimals(-1, 1, places=2),
        cip=st.sampled_from(["", "51.0701", "51.0700", "51.07", "01.0100"]),
        key=st.sampled_from([*FORMATS]),
    )
    def test_programs(self, name, rest, level, track, cip, key):
        school = make_institution()
        texts = zip(("award", "concentration", "summary", "description"), rest, strict=False)
        values = {field: text[:40] for field, text in texts}
        make_program(
            institution=school, name=name, level=level, cip_code=cip, track_position=track, **values
        )

        outcome = preview(ProgramSheet, export(ProgramSheet, school, key), school)

        assert (told(outcome), fates(outcome)) == ([], ["unchanged"])

    @settings(max_examples=25, deadline=None)
    @given(
        pace=words,
        prices=st.tuples(*[money] * 4),
        months=st.none() | st.integers(1, 200),
        credits=st.none() | st.decimals("0.1", 200, places=1),
        states=st.lists(st.sampled_from(["CO", "TX", "PR", "DC"]), unique=True),
        abroad=st.sampled_from([None, True, False]),
        as_of=st.none() | st.dates(date(1900, 3, 1), date(2099, 12, 31)),
        key=st.sampled_from([*FORMATS]),
    )
    def test_offerings(self, pace, prices, months, credits, states, abroad, as_of, key):
        school = make_institution()
        make_offering(
            program=make_program(institution=school),
            campus=make_campus(institution=school),
            delivery="",
            pace=pace,
            price_basis="total",
            price=prices[0],
            price_resident=prices[1],
            price_military=prices[2],
            fees_total=prices[3],
            duration_months=months,
            credits=credits,
            states=states,
            open_to_international=abroad,
            price_as_of=as_of,
        )

        outcome = preview(OfferingSheet, export(OfferingSheet, school, key), school)

        assert (told(outcome), fates(outcome)) == ([], ["unchanged"])


@pytest.fixture
def school(db):
    school = make_institution(slug="our-school")
    program = make_program(institution=school)
    program.certifications.create(slug="chfp", name="Financial, and so on")
    offering = make_offering(program=program, campus=make_campus(institution=school))
    make_offering(program=program, delivery="")
    make_intake(offering=offering, starts_on=date(2027, 8, 23), apply_by=date(2027, 7, 1))
    make_intake(offering=offering, starts_on=date(2028, 1, 10))
    wrong = make_record(offering=offering)
    make_record(offering=offering, supersedes=wrong, reason="=mistaken", expires_on=TODAY)
    make_record(offering=offering, action="closed", effective_on=TODAY, is_historical=True)
    other = make_accreditor(slug="hlc", abbreviation="HLC", name="HLC", scope="institution")
    program.accreditation_records.create(
        institution=school, accreditor=other, action="initial", effective_on=TODAY
    )
    school.accreditation_records.create(accreditor=other, action="initial", effective_on=TODAY)
    make_role_mapping(program=program, role=make_role(), strength=Decimal("0.35"))
    make_role_mapping(program=program, role=make_role(), basis="crosswalk", source="CIP–SOC")
    return school


@each_kind
@each_format
def test_export_read_back_changes_nothing(school, kind, key):
    outcome = preview(kind, export(kind, school, key), school)

    assert told(outcome) == []
    assert set(fates(outcome)) == {"unchanged"}
    assert len(outcome.rows) == make_sheet(kind, school).get_queryset().count()


@each_kind
@each_format
def test_template_is_read_as_an_empty_file(school, kind, key):
    content = write_template(sheet=make_sheet(kind, school), format=FORMATS[key])

    outcome = preview(kind, content, school)

    assert fates(outcome) == []


def test_template_says_what_belongs_where_in_a_second_sheet(school):
    content = write_template(sheet=make_sheet(ProgramSheet, school), format=XLSX)

    first, second = openpyxl.load_workbook(BytesIO(content)).worksheets

    assert [cell.value for cell in first[1]][:4] == ["ID", "Institution", "Slug", "Name"]
    told_of = {row[0]: row[3] for row in second.iter_rows(values_only=True)}
    assert told_of["Status"] == "draft, published, retired"


HOSTILE = ["=cmd|'/c calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_formula_in_a_text_is_inert_in_csv_and_comes_back(text):
    school = make_institution()
    make_program(institution=school, name=text)

    content = export(ProgramSheet, school, "csv")

    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0]["Name"] == f"'{text}"
    assert fates(preview(ProgramSheet, content, school)) == ["unchanged"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_formula_in_a_text_is_inert_in_a_workbook(text):
    school = make_institution()
    make_program(institution=school, name=text, summary=text)

    content = export(ProgramSheet, school, "xlsx")

    page = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert not [c.value for c in cells if isinstance(c.value, str) and FORMULA.match(c.value)
                and not c.value.startswith("'")]  # fmt: skip


@pytest.mark.django_db
def test_name_that_a_person_typed_with_a_formula_is_kept_as_text():
    school = make_institution()

    preview(ProgramSheet, b"Name,Level\n'=1+1,master\n", school)

    assert undo_inert("'=1+1") == "=1+1"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_export_asks_the_database_no_more_for_more_rows(count, django_assert_num_queries):
    school = make_institution()
    for _number in range(count):
        make_offering(program=make_program(institution=school))
    sheet = make_sheet(OfferingSheet, school)

    with django_assert_num_queries(1):
        write_rows(sheet=sheet, rows=sheet.get_queryset(), format=CSV)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_unchanged_rows_ask_the_database_no_more_for_more_rows(count, django_assert_num_queries):
    school = make_institution()
    for _number in range(count):
        make_offering(program=make_program(institution=school))
    content = export(OfferingSheet, school, "csv")

    # Institutions, rows, programs, offerings; a savepoint and its release for each row.
    with django_assert_num_queries(FIXED + 2 * count):
        preview(OfferingSheet, content, school)

    assert (Program.objects.count(), Offering.objects.count()) == (count, count)


FIXED = 12
