"""The sheet of accreditation records: it adds and corrects, and never edits."""

from datetime import date

import pytest

from hcprograms.catalog.claims import explain_claims
from hcprograms.catalog.models.accreditation import AccreditationRecord
from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.spreadsheets.accreditation import AccreditationSheet
from tests.catalog.spreadsheets.files import fates, import_file, make_csv, preview, told
from tests.factories import (
    TODAY,
    make_accreditor,
    make_institution,
    make_offering,
    make_program,
    make_record,
)

pytestmark = pytest.mark.django_db

HEADER = ["Program", "Delivery", "Accreditor", "Action", "In force from", "In force until"]
HEADER += ["Evidence", "Last verified on"]
EVIDENCE = "https://cahme.example/mha"
NEVER = "a record is never edited: leave ID empty, put the ID into “Corrects”, and say why"


@pytest.fixture
def school():
    make_accreditor()
    return make_institution(slug="our-school")


@pytest.fixture
def offering(school):
    return make_offering(program=make_program(institution=school, slug="mha"), delivery="online")


def row(**cells):
    values = {"action": "initial accreditation", "start": "2024-06-01", "end": "", "who": "CAHME"}
    values |= {"program": "mha", "evidence": EVIDENCE, "verified": TODAY.isoformat()} | cells
    return [
        *(values["program"], "online", values["who"], values["action"], values["start"]),
        *(values["end"], values["evidence"], values["verified"]),
    ]


def test_record_of_an_offering_is_added_and_claimed(school, offering):
    outcome = import_file(AccreditationSheet, make_csv(HEADER, row()), school)

    assert (told(outcome), fates(outcome)) == ([], ["new"])
    record = AccreditationRecord.objects.get()
    assert (record.offering, record.action, record.created_by_id is None) == (
        offering,
        "initial",
        False,
    )
    findings = explain_claims(offerings=Offering.objects.all(), on=TODAY)
    assert findings[offering.pk]["cahme"].record_id == record.pk


def test_same_file_again_adds_nothing(school, offering):
    import_file(AccreditationSheet, make_csv(HEADER, row()), school)

    outcome = import_file(AccreditationSheet, make_csv(HEADER, row()), school)

    assert fates(outcome) == ["unchanged"]
    assert AccreditationRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"end": "2030-01-01"}, "In force until", NEVER),
        ({"evidence": "https://other.example/"}, "Evidence", NEVER),
        ({"evidence": "-"}, "Evidence", NEVER),
    ],
)
def test_record_that_is_there_is_never_edited(school, offering, cells, column, reason):
    record = make_record(offering=offering, evidence_url=EVIDENCE)
    content = make_csv(["ID", *HEADER], [record.public_id, *row(**cells)])

    outcome = preview(AccreditationSheet, content, school)

    assert [(one, why) for _line, one, _value, why in told(outcome)] == [(column, reason)]


def test_same_record_with_another_end_and_no_id_is_not_added_beside(school, offering):
    make_record(offering=offering, evidence_url=EVIDENCE)

    outcome = preview(AccreditationSheet, make_csv(HEADER, row(end="2031-01-01")), school)

    assert told(outcome) == [(2, "In force until", "2031-01-01", NEVER)]


def test_correction_supersedes_with_a_reason(school, offering):
    wrong = make_record(offering=offering)
    content = make_csv(
        [*HEADER, "Corrects", "Reason"], [*row(end="2031-01-01"), wrong.public_id, "Wrong end"]
    )

    outcome = import_file(AccreditationSheet, content, school)
    again = import_file(AccreditationSheet, content, school)

    assert (told(outcome), fates(outcome), fates(again)) == ([], ["new"], ["unchanged"])
    right = AccreditationRecord.objects.get(supersedes=wrong)
    assert (right.reason, right.expires_on) == ("Wrong end", date(2031, 1, 1))


def test_correction_without_a_reason_is_refused(school, offering):
    wrong = make_record(offering=offering)
    content = make_csv([*HEADER, "Corrects"], [*row(end="2031-01-01"), wrong.public_id])

    outcome = preview(AccreditationSheet, content, school)

    reasons = {(column, why) for _line, column, _value, why in told(outcome)}
    assert ("Reason", "Say why the earlier record was wrong.") in reasons


def test_record_is_corrected_once(school, offering):
    wrong = make_record(offering=offering)
    make_record(offering=offering, supersedes=wrong, reason="First")
    content = make_csv(
        [*HEADER, "Corrects", "Reason"], [*row(start="2023-01-01"), wrong.public_id, "Second"]
    )

    outcome = preview(AccreditationSheet, content, school)

    assert "Corrects" in {column for _line, column, _value, _why in told(outcome)}


def test_cahme_below_a_master_is_refused(school):
    make_offering(
        program=make_program(institution=school, slug="mha", level="bachelor"), delivery="online"
    )

    outcome = preview(AccreditationSheet, make_csv(HEADER, row()), school)

    reason = "CAHME does not accredit a program at the level “bachelor’s degree”."
    assert told(outcome) == [(2, "Accreditor", "CAHME", reason)]


def test_cahme_names_an_offering(school, offering):
    content = make_csv(["About", *HEADER], ["program", *row()])

    outcome = preview(AccreditationSheet, content, school)

    (refused,) = told(outcome)
    assert refused[3].startswith("CAHME judges each delivery and campus by itself")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (
            {"end": "2020-01-01"},
            "In force until",
            "It ends before it begins.",
        ),
        ({"verified": "2090-01-01"}, "Last verified on", "This day is still to come."),
        ({"who": "Nobody"}, "Accreditor", "not one of: cahme"),
        ({"start": "8014-06-01"}, "In force from", "“8014-06-01” has a year outside 1800–2100"),
        ({"start": "4/1//2012"}, "In force from", "“4/1//2012” is not a date (month/day/year)"),
        ({"start": "-"}, "In force from", "must not be empty"),
    ],
)
def test_record_that_cannot_be_is_told(school, offering, cells, column, reason):
    outcome = preview(AccreditationSheet, make_csv(HEADER, row(**cells)), school)

    assert (column, reason) in [(one, why) for _line, one, _value, why in told(outcome)]


def test_unknown_action_lists_the_known_ones(school, offering):
    outcome = preview(AccreditationSheet, make_csv(HEADER, row(action="sort of")), school)

    (refused,) = told(outcome)
    assert refused[:3] == (2, "Action", "sort of")
    assert refused[3].startswith("not one of: eligibility, candidate, initial")


def test_overlapping_terms_make_one_claim(school, offering):
    content = make_csv(
        HEADER,
        row(start="2020-01-01", end="2027-12-31"),
        row(start="2025-01-01", end="2033-12-31", action="reaccreditation"),
    )

    outcome = import_file(AccreditationSheet, content, school)

    assert fates(outcome) == ["new", "new"]
    newest = AccreditationRecord.objects.get(action="reaccredited")
    findings = explain_claims(offerings=Offering.objects.all(), on=TODAY)
    assert findings[offering.pk]["cahme"].record_id == newest.pk


def test_institutional_record_names_the_institution_only(school):
    make_accreditor(slug="hlc", abbreviation="HLC", name="HLC", levels=[], scope="institution")
    content = make_csv(["Accreditor", "Action", "In force from"], ["HLC", "initial", "2020-01-01"])

    import_file(AccreditationSheet, content, school)

    record = AccreditationRecord.objects.get()
    assert (record.institution, record.program, record.offering) == (school, None, None)
