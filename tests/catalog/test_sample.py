"""The sample university: whole, plainly fictional, and safe to load again."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from hcprograms.catalog.models import (
    AccreditationRecord,
    CareerRole,
    Intake,
    Offering,
    Program,
    RoleMapping,
)
from hcprograms.catalog.reference import load_reference
from hcprograms.catalog.sample import find_fixtures, first_monday, load_sample_catalog
from hcprograms.institutions.models import Institution, Membership
from hcprograms.leads.models.consent import ConsentText
from hcprograms.leads.models.forms import InterestForm

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
PROGRAMS = {
    "master-of-health-administration",
    "mba-hospital-management",
    "master-of-public-health",
    "master-of-health-services-administration",
    "mba-healthcare",
    "masters-in-healthcare-management",
    "health-informatics",
    "bba-healthcare-management",
    "bs-healthcare-management",
    "as-health-administration-services",
    "associate-healthcare-management-billing-coding",
    "doctor-of-management",
    "prepare-cmom",
    "prepare-chap",
    "prepare-cmaa",
    "healthcare-management-training",
    "medical-administration-training",
}


def load(today=TODAY):
    load_reference()
    return load_sample_catalog(folder=find_fixtures(), today=today)


def test_every_degree_and_course_of_the_sources_is_there():
    load()

    assert set(Program.objects.published().values_list("slug", flat=True)) == PROGRAMS


def test_everything_it_shows_is_fictional():
    institution, _report = load()

    assert institution.is_fictional
    assert "fictional" in institution.name
    assert institution.website.endswith(".example/")
    assert institution.phone.startswith("+1 614-555-01")
    for record in AccreditationRecord.objects.all():
        assert ".example/" in record.evidence_url
    for user in get_user_model().objects.all():
        assert user.email.endswith(".example")
        assert not user.has_usable_password()


def test_cahme_is_recorded_in_every_state_and_on_masters_only():
    load()

    latest = {}
    for record in AccreditationRecord.objects.filter(accreditor__slug="cahme").order_by(
        "effective_on"
    ):
        assert record.offering.program.level == "master"
        latest[record.offering_id] = record
    assert {"reaccredited", "candidate", "probation", "expired", "initial"} == {
        record.action for record in latest.values()
    }
    assert Offering.objects.filter(
        program__level="master", accreditation_records__isnull=True
    ).exists()


def test_one_cahme_check_is_stale():
    load()

    limit = TODAY - timedelta(days=365)
    stale = AccreditationRecord.objects.get(verified_on__lt=limit)
    assert stale.offering.program.slug == "mba-healthcare"


def test_start_dates_lie_ahead_and_every_row_is_valid():
    load()

    assert not Intake.objects.filter(starts_on__lte=TODAY).exists()
    assert not Intake.objects.filter(apply_by__lt=TODAY).exists()
    for model in (Program, Offering, AccreditationRecord, RoleMapping, Intake):
        for row in model.objects.all():
            row.full_clean()


def test_every_role_with_evidence_is_reached():
    load()

    assert set(RoleMapping.objects.values_list("role__slug", flat=True)) == set(
        CareerRole.objects.values_list("slug", flat=True)
    )


def test_loading_again_makes_no_duplicates():
    _institution, first = load()
    records, intakes = AccreditationRecord.objects.count(), Intake.objects.count()

    _institution, second = load()

    assert second.unchanged.total() == first.created.total()
    assert (AccreditationRecord.objects.count(), Intake.objects.count()) == (records, intakes)
    assert Membership.objects.count() == 2


def test_loading_a_year_later_sets_the_dates_anew():
    load()

    load(today=TODAY + timedelta(days=400))

    assert not Intake.objects.filter(starts_on__lte=TODAY + timedelta(days=400)).exists()
    assert AccreditationRecord.objects.filter(
        action="reaccredited", verified_on=TODAY + timedelta(days=380)
    ).exists()


def test_what_staff_edited_is_left_alone():
    load()
    Program.objects.filter(slug="prepare-chap").update(name="Ours")

    _institution, report = load()

    assert Program.objects.get(slug="prepare-chap").name == "Ours"
    assert report.updated.total() == 0


def test_command_publishes_a_form_with_consent_texts():
    call_command("load_sample", verbosity=0)
    call_command("load_sample", verbosity=0)

    institution = Institution.objects.get()
    assert list(InterestForm.objects.order_by("pk").values_list("slug", "status")) == [
        ("information", "published"),
        ("tuition", "published"),
        ("my-results", "published"),
    ]
    assert sorted(ConsentText.objects.values_list("channel", flat=True)) == [
        "call",
        "email",
        "text",
    ]
    hours = institution.office_hours.values_list("weekday", "opens__hour", "closes__hour")
    assert list(hours) == [(day, 9, 21) for day in range(5)]


def test_command_says_where_the_sample_should_be():
    with pytest.raises(CommandError, match="--fixtures"):
        call_command("load_sample", fixtures=Path("/nowhere"))


@pytest.mark.parametrize(
    ("month", "monday"),
    [(12, date(2026, 12, 7)), (13, date(2027, 1, 4)), (25, date(2028, 1, 3))],
)
def test_first_monday_runs_into_the_next_years(month, monday):
    assert first_monday(year=2026, month=month) == monday


def test_licence_findings_of_every_kind_are_there_and_some_program_has_none():
    load()

    program = Program.objects.get(slug="master-of-health-administration")
    findings = set(program.licensure_disclosures.values_list("finding", flat=True))
    silent = Program.objects.filter(licensure_disclosures=None, details_as_of=None)
    assert findings == {"meets", "does_not_meet", "undetermined"}
    assert silent.filter(slug="master-of-public-health").exists()
    assert program.details_as_of == TODAY - timedelta(days=30)
    assert program.details_url.startswith(program.institution.website)
