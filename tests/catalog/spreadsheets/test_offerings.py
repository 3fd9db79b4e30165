"""The sheets of offerings, start dates and role mappings."""

from datetime import date
from decimal import Decimal

import pytest

from hcprograms.catalog.models.programs import Intake, Offering
from hcprograms.catalog.models.roles import RoleMapping
from hcprograms.catalog.spreadsheets.intakes import IntakeSheet
from hcprograms.catalog.spreadsheets.offerings import OfferingSheet
from hcprograms.catalog.spreadsheets.role_mappings import RoleMappingSheet
from tests.catalog.spreadsheets.files import (
    changed,
    fates,
    import_file,
    make_book,
    make_csv,
    preview,
    told,
)
from tests.factories import (
    make_campus,
    make_institution,
    make_intake,
    make_offering,
    make_program,
    make_role,
    make_role_mapping,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_institution(name="Our School", slug="our-school")


@pytest.fixture
def program(school):
    return make_program(institution=school, slug="mha", name="Health Administration", award="MHA")


@pytest.fixture
def offering(program):
    return make_offering(program=program, delivery="online")


# Offerings.


def test_new_offering_with_all_that_people_type(school, program):
    campus = make_campus(institution=school, name="Main Campus", slug="main")
    header = ["Program", "Delivery", "Campus", "Months", "Credits", "Price is", "Price", "States"]
    header += ["Open to residents of", "Open to people abroad", "Price as of"]
    row = ["MHA", "In person", "main campus", "24", "36,5", "per credit", "$1,250.50"]
    row += ["Colorado and TX", "only the states listed", "yes", "8/1/2026"]

    outcome = import_file(OfferingSheet, make_csv(header, row), school)

    assert told(outcome) == []
    new = Offering.objects.get()
    assert (new.program, new.delivery, new.campus) == (program, "campus", campus)
    assert (new.credits, new.price, new.price_basis) == (
        Decimal("36.5"),
        Decimal("1250.50"),
        "credit",
    )
    assert (new.states, new.state_rule) == (["CO", "TX"], "only")
    assert (new.open_to_international, new.price_as_of) == (True, date(2026, 8, 1))


def test_program_is_found_by_its_only_name(school, program):
    content = make_csv(["Program", "Delivery"], ["Health Administration (MHA)", "online"])

    outcome = import_file(OfferingSheet, content, school)

    assert outcome.is_written


def test_offering_found_by_id_may_change_delivery_and_campus(school, offering):
    make_campus(institution=school, slug="main")
    content = make_csv(["ID", "Delivery", "Campus"], [offering.public_id, "hybrid", "main"])

    outcome = import_file(OfferingSheet, content, school)

    assert changed(outcome) == [("Delivery", "online", "hybrid"), ("Campus", "", "main")]


def test_offering_does_not_move_to_another_program(school, offering):
    make_program(institution=school, slug="other")
    content = make_csv(["ID", "Program"], [offering.public_id, "other"])

    outcome = preview(OfferingSheet, content, school)

    reason = "cannot be changed; the row with this ID belongs to “mha”"
    assert told(outcome) == [(2, "Program", "other", reason)]


def test_price_without_its_basis_is_told_in_the_column_concerned(school, offering):
    content = make_csv(["Program", "Delivery", "Price"], ["mha", "online", "900"])

    outcome = preview(OfferingSheet, content, school)

    reason = "Say what the price is for: a credit, a term, or all."
    assert told(outcome) == [(2, "Price", "900", reason)]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Months", "two years", "“two years” is not an amount"),
        ("Months", "23.5", "not a whole number"),
        ("Months", "0", "out of range, or does not go with the other cells"),
        ("Price", "-5", "Money is never negative."),
        ("Price", "1.234", "Ensure that there are no more than 2 decimal places."),
        ("Price", "NULL", "not a number"),
        ("Price", "99999999", "“99999999” is out of range for an amount"),
        ("States", "CO, Atlantis", "“Atlantis” is not a US state"),
        ("Open to people abroad", "maybe", "neither yes nor no"),
        ("Price source", "not an address", "Enter a valid URL."),
        ("Currency", "dollars", "Three capital letters, such as USD."),
        ("Status", "-", "must not be empty"),
        ("Price", "#REF!", "an error of the spreadsheet’s own calculation"),
    ],
)
def test_cell_that_makes_no_sense_is_told(school, offering, column, value, reason):
    offering.price_basis = "total"
    offering.save()
    content = make_csv(["Program", "Delivery", column], ["mha", "online", value])

    refused = told(preview(OfferingSheet, content, school))

    assert (2, column, value, reason) in refused


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1234,5", "1234.5"),
        ("1,234", "1234"),
        ("$ 1,234", "1234"),
    ],
)
def test_price_is_read_as_written_on_either_side_of_the_ocean(school, offering, written, meant):
    header = ["Program", "Delivery", "Price is", "Price"]
    content = make_csv(header, ["mha", "online", "total", written])

    import_file(OfferingSheet, content, school)

    offering.refresh_from_db()
    assert offering.price == Decimal(meant)


# Start dates.

STARTS = ["Program", "Delivery", "Starts on", "Apply by"]


def test_intake_belongs_to_the_only_offering(school, offering):
    content = make_csv(["Program", "Starts on", "Apply by"], ["mha", "2027-08-23", "2027-07-01"])

    import_file(IntakeSheet, content, school)

    intake = Intake.objects.get()
    assert (intake.offering, intake.starts_on) == (offering, date(2027, 8, 23))
    assert intake.apply_by == date(2027, 7, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2027-08-23",
        "8/23/2027",
        "08/23/2027 12:00:00 AM",
        "23.08.2027",
        "23 August 2027",
        "Aug 23, 2027",
        "46622",
        '"2027-08-23"',
        "2027-08-23 00:00:00",
    ],
)
def test_day_is_read_however_it_is_written(school, offering, written):
    outcome = import_file(IntakeSheet, make_csv(STARTS, ["mha", "online", written, ""]), school)

    assert told(outcome) == []
    assert Intake.objects.get().starts_on == date(2027, 8, 23)


@pytest.mark.parametrize(
    "value",
    [date(2027, 8, 23), 46622, 46622.5, "2027-08-23"],
    ids=["date", "serial", "noon", "text"],
)
def test_day_of_a_workbook_is_a_date_a_number_or_a_text(school, offering, value):
    content = make_book(Starts=[STARTS, ["mha", "online", value, None]])

    outcome = import_file(IntakeSheet, content, school)

    assert told(outcome) == []
    assert Intake.objects.get().starts_on == date(2027, 8, 23)


@pytest.mark.parametrize(
    ("start", "apply", "column", "reason"),
    [
        ("4/1//2012", "", "Starts on", "“4/1//2012” is not a date (month/day/year)"),
        ("8014-01-01", "", "Starts on", "“8014-01-01” has a year outside 1800–2100"),
        ("13/13/2027", "", "Starts on", "“13/13/2027” is not a date (month/day/year)"),
        ("-", "", "Starts on", "must not be empty"),
        ("", "", "Starts on", "must not be empty"),
        ("2027-02-30", "", "Starts on", "“2027-02-30” is not a date (month/day/year)"),
        ("2027-08-23", "2027-09-01", "Apply by", "The apply-by date comes after the start."),
        ("2027-08-23", "soon", "Apply by", "“soon” is not a date (month/day/year)"),
        ("99999", "", "Starts on", "The year 2173 is outside 1800–2100."),
    ],
)
def test_day_that_cannot_be_is_told(school, offering, start, apply, column, reason):
    outcome = preview(IntakeSheet, make_csv(STARTS, ["mha", "online", start, apply]), school)

    found = [(one, why) for _line, one, _value, why in told(outcome)]
    assert (column, reason) in found


def test_present_intake_changes_its_apply_by_date(school, offering):
    make_intake(offering=offering, starts_on=date(2027, 8, 23), apply_by=date(2027, 7, 1))
    content = make_csv(STARTS, ["mha", "online", "8/23/2027", "-"])

    outcome = import_file(IntakeSheet, content, school)

    assert changed(outcome) == [("Apply by", "2027-07-01", "")]


def test_intake_of_a_program_with_several_offerings_must_say_which(school, offering):
    make_offering(program=offering.program, delivery="hybrid")

    outcome = preview(IntakeSheet, make_csv(STARTS, ["mha", "", "2027-08-23", ""]), school)

    reason = "this program has no offering with this delivery and campus"
    assert told(outcome) == [(2, "Delivery", "", reason)]


def test_row_left_out_of_the_file_stays(school, offering):
    make_intake(offering=offering, starts_on=date(2027, 1, 1))

    import_file(IntakeSheet, make_csv(STARTS, ["mha", "online", "2027-08-23", ""]), school)

    assert Intake.objects.count() == 2


# Role mappings.


def test_role_is_found_by_title_and_the_basis_is_the_institutions(school, program):
    role = make_role(slug="hospital-administrator", title="Hospital administrator")
    content = make_csv(["Program", "Role"], ["mha", "Hospital Administrator"])

    import_file(RoleMappingSheet, content, school)

    mapping = RoleMapping.objects.get()
    assert (mapping.role, mapping.basis, mapping.strength) == (role, "declared", Decimal("0.8"))


def test_strength_is_kept_between_nothing_and_one(school, program):
    make_role(slug="clerk", title="Clerk")
    content = make_csv(["Program", "Role", "Strength"], ["mha", "clerk", "7"])

    outcome = preview(RoleMappingSheet, content, school)

    reason = "Ensure this value is less than or equal to 1."
    assert told(outcome) == [(2, "Strength", "7", reason)]


def test_unknown_role_and_basis_are_told(school, program):
    make_role(slug="clerk", title="Clerk")
    content = make_csv(
        ["Program", "Role", "Basis"], ["mha", "wizard", ""], ["mha", "clerk", "guess"]
    )

    outcome = preview(RoleMappingSheet, content, school)

    assert told(outcome) == [
        (2, "Role", "wizard", "no role here; see the list of roles"),
        (3, "Basis", "guess", "not one of: declared, crosswalk, inferred"),
    ]


def test_source_of_a_mapping_is_told_and_never_taken(school, program):
    make_role_mapping(program=program, role=make_role(slug="clerk"), source="CIP–SOC crosswalk")
    content = make_csv(["Program", "Role", "Source"], ["mha", "clerk", "myself"])

    outcome = preview(RoleMappingSheet, content, school)

    assert told(outcome) == [(2, "Source", "myself", "cannot be changed here")]


def test_person_of_two_schools_says_which(school, program):
    other = make_institution(name="Other School", slug="other")
    make_program(institution=other, slug="mha")
    rows = [["", "mha"], ["other", "mha"], ["Our School", "mha"], ["nowhere", "mha"]]
    content = make_csv(["Institution", "Program"], *rows)

    outcome = preview(OfferingSheet, content, school, other)

    assert fates(outcome) == ["refused", "new", "new", "refused"]
    assert [(line, column) for line, column, _value, _why in told(outcome)] == [
        (2, "Institution"),
        (5, "Institution"),
    ]
