"""The sheet of programs: new, changed, unchanged and refused rows."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry

from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.reference import Certification
from hcprograms.catalog.spreadsheets.programs import ProgramSheet
from tests.catalog.spreadsheets.files import (
    changed,
    fates,
    import_file,
    make_csv,
    preview,
    told,
)
from tests.factories import make_institution, make_offering, make_program, make_record

pytestmark = pytest.mark.django_db

HEADER = ["Name", "Level", "CIP code"]


@pytest.fixture
def school():
    return make_institution(name="Our School", slug="our-school")


def test_new_program_is_a_draft_with_a_slug_of_its_name(school):
    content = make_csv(HEADER, ["Health Administration", "master", "51.0701"])

    outcome = import_file(ProgramSheet, content, school)

    assert (outcome.is_written, fates(outcome)) == (True, ["new"])
    program = Program.objects.get()
    assert (program.institution, program.slug) == (school, "health-administration")
    assert (program.level, program.cip_code, program.status) == ("master", "51.0701", "draft")


def test_preview_writes_nothing(school):
    preview(ProgramSheet, make_csv(HEADER, ["Health", "master", ""]), school)

    assert Program.objects.count() == 0
    assert LogEntry.objects.count() == 0


def test_changed_program_tells_old_and_new_of_each_cell(school):
    program = make_program(institution=school, slug="mha", award="MHA", summary="Old")
    content = make_csv(["Slug", "Award", "Summary"], ["mha", "MHA", "New"])

    outcome = import_file(ProgramSheet, content, school)

    assert changed(outcome) == [("Summary", "Old", "New")]
    program.refresh_from_db()
    assert program.summary == "New"


def test_blank_cell_leaves_the_value_and_a_dash_empties_it(school):
    make_program(institution=school, slug="mha", award="MHA", summary="Kept")
    content = make_csv(["Slug", "Award", "Summary"], ["mha", "-", ""])

    outcome = import_file(ProgramSheet, content, school)

    assert changed(outcome) == [("Award", "MHA", "")]
    assert Program.objects.get().summary == "Kept"


def test_one_refused_row_keeps_all_others_back(school):
    content = make_csv(HEADER, ["Good", "master", ""], ["Bad", "wizard", ""])

    outcome = import_file(ProgramSheet, content, school)

    assert (outcome.is_written, fates(outcome)) == (False, ["new", "refused"])
    assert Program.objects.count() == 0


def test_refused_cells_are_all_told_with_row_column_and_value(school):
    content = make_csv(
        [*HEADER, "Status", "Track position"],
        ["Good", "master", "51.0701", "", ""],
        ["Bad", "wizard", "health", "live", "3"],
    )

    outcome = preview(ProgramSheet, content, school)

    levels = "certificate, associate, bachelor, postbaccalaureate, master, graduate_certificate"
    assert told(outcome) == [
        (3, "Level", "wizard", f"not one of: {levels}, doctorate"),
        (3, "CIP code", "health", "“health” is not a CIP code (NN.NN or NN.NNNN)"),
        (3, "Status", "live", "not one of: draft, published, retired"),
        (3, "Track position", "3", "Ensure this value is less than or equal to 1."),
    ]


def test_missing_name_is_told_in_its_column(school):
    outcome = preview(ProgramSheet, make_csv(["Slug", "Level"], ["mha", "master"]), school)

    assert told(outcome) == [(2, "Name", "", "This field cannot be blank.")]


@pytest.mark.parametrize(
    "word",
    ["master", "Master’s degree", "master's degree", "MASTERS", " Master ", "masters degree"],
)
def test_level_is_known_by_what_people_write(school, word):
    outcome = import_file(ProgramSheet, make_csv(["Name", "Level"], ["MHA", word]), school)

    assert outcome.is_written
    assert Program.objects.get().level == "master"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("51.0701", "51.0701"),
        ("510701", "51.0701"),
        ('="51.0701"', "51.0701"),
        ("1.0701", "01.0701"),
        ("51.070", "51.0700"),
        ("51.07", "51.07"),
        ("5107.0", "51.07"),
    ],
)
def test_cip_code_gets_its_zeros_back(school, written, meant):
    content = make_csv(HEADER, ["MHA", "master", written])

    import_file(ProgramSheet, content, school)

    assert Program.objects.get().cip_code == meant


def test_zeros_that_a_spreadsheet_dropped_are_no_change(school):
    make_program(institution=school, slug="mha", cip_code="51.0700")

    outcome = preview(ProgramSheet, make_csv(["Slug", "CIP code"], ["mha", "51.07"]), school)

    assert fates(outcome) == ["unchanged"]


def test_same_program_twice_is_refused_with_the_first_line(school):
    content = make_csv(HEADER, ["MHA", "master", ""], ["", "", ""], ["MHA", "master", ""])

    outcome = preview(ProgramSheet, content, school)

    assert told(outcome) == [(4, "", "", "The same row is in line 2 already.")]


def test_row_found_by_id_may_get_another_slug(school):
    program = make_program(institution=school, slug="old")
    content = make_csv(["ID", "Slug"], [f'"{program.public_id}"', "new"])

    outcome = import_file(ProgramSheet, content, school)

    assert changed(outcome) == [("Slug", "old", "new")]


def test_slug_in_other_letters_means_the_same_program(school):
    make_program(institution=school, slug="mha", name="Old")

    outcome = preview(ProgramSheet, make_csv(["Slug", "Name"], ["MHA", "New"]), school)

    assert changed(outcome) == [("Name", "Old", "New")]


def test_certifications_are_set_by_slug_name_or_abbreviation(school):
    for slug, name, short in (("chfp", "Financial", "CHFP"), ("fache", "Fellow, of all", "FACHE")):
        Certification.objects.create(slug=slug, name=name, abbreviation=short)
    program = make_program(institution=school, slug="mha")
    content = make_csv(["Slug", "Certifications"], ["mha", "CHFP; fache"])

    outcome = import_file(ProgramSheet, content, school)

    assert changed(outcome) == [("Certifications", "", "chfp; fache")]
    assert program.certifications.count() == 2


def test_dash_takes_all_certifications_away(school):
    program = make_program(institution=school, slug="mha")
    program.certifications.create(slug="chfp", name="Financial")

    import_file(ProgramSheet, make_csv(["Slug", "Certifications"], ["mha", "-"]), school)

    assert program.certifications.count() == 0


def test_unknown_certification_is_told(school):
    content = make_csv([*HEADER, "Certifications"], ["MHA", "master", "", "Wizardry"])

    outcome = preview(ProgramSheet, content, school)

    assert told(outcome) == [
        (2, "Certifications", "Wizardry", "“Wizardry” is no certification here")
    ]


def test_level_that_an_accreditation_rules_out_is_refused(school):
    program = make_program(institution=school, slug="mha")
    make_record(offering=make_offering(program=program))

    outcome = preview(ProgramSheet, make_csv(["Slug", "Level"], ["mha", "bachelor"]), school)

    assert told(outcome) == [
        (2, "Level", "bachelor", "CAHME, which is recorded for it, does not cover this.")
    ]


def test_import_is_in_the_history_of_each_row(school):
    make_program(institution=school, slug="old", name="Old")
    content = make_csv(["Slug", "Name", "Level"], ["old", "Other", ""], ["new", "New", "master"])

    import_file(ProgramSheet, content, school)

    entries = LogEntry.objects.order_by("action_flag")
    assert [entry.action_flag for entry in entries] == [1, 2]
    assert entries[1].get_change_message() == "Changed imported from a file."


def test_negative_track_position_is_a_number(school):
    content = make_csv(["Name", "Level", "Track position"], ["MHA", "master", "-0.5"])

    import_file(ProgramSheet, content, school)

    assert Program.objects.get().track_position == Decimal("-0.5")
