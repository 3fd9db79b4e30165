"""The rules that the database keeps by itself (migrations 0002 and 0014)."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import AppendOnlyError, Channel, Consent
from hcprograms.leads.models.lead import Lead
from tests.factories import (
    NOW,
    make_institution,
    make_lead,
    make_offering,
    make_program,
    make_record,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_consent(lead: Lead) -> Consent:
    return Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel=Channel.EMAIL,
        decision=Consent.Decision.GRANTED,
        decided_at=NOW,
        seller="School",
    )


def test_consent_update_is_refused_by_the_database():
    with scopes_disabled():
        consent = make_consent(make_lead())

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Consent.objects.filter(pk=consent.pk).update(decision=Consent.Decision.NOT_GRANTED)

        consent.refresh_from_db()
    assert consent.decision == Consent.Decision.GRANTED


def test_consent_saved_twice_is_refused():
    consent = make_consent(make_lead())

    with pytest.raises(AppendOnlyError):
        consent.save()


def test_consent_of_a_kept_lead_cannot_be_deleted():
    with scopes_disabled():
        lead = make_lead()
        make_consent(lead)

        with pytest.raises(DatabaseError, match="erase the lead"), transaction.atomic():
            lead.delete()

        assert Consent.objects.count() == 1


def test_consent_of_an_erased_lead_can_be_deleted():
    with scopes_disabled():
        lead = make_lead(erased_at=NOW)
        make_consent(lead)

        lead.delete()

        assert Consent.objects.count() == 0


@pytest.mark.parametrize("level", ["bachelor", "associate", "certificate", "doctorate"])
def test_cahme_record_below_or_above_master_is_refused_by_the_database(level):
    offering = make_offering(program=make_program(level=level))

    with pytest.raises(DatabaseError, match="does not cover"), transaction.atomic():
        make_record(offering=offering)


def test_level_change_under_a_cahme_record_is_refused_by_the_database():
    offering = make_offering()
    make_record(offering=offering)

    with pytest.raises(DatabaseError, match="does not cover"), transaction.atomic():
        Program.objects.filter(pk=offering.program_id).update(level="bachelor")


def test_cahme_record_on_a_master_is_kept():
    record = make_record(offering=make_offering())

    assert record.pk is not None


@pytest.mark.parametrize(
    "change",
    [
        {"action": "reaccredited"},
        {"effective_on": date(2020, 1, 1)},
        {"expires_on": date(2040, 1, 1)},
        {"expires_on": None},
        {"evidence_url": "https://elsewhere.example/"},
        {"is_historical": True},
    ],
)
def test_accreditation_record_is_not_rewritten_by_anybody(change):
    school = make_institution(is_fictional=False)
    offering = make_offering(program=make_program(institution=school))
    record = make_record(offering=offering, expires_on=date(2030, 1, 1))

    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(**change)

    assert type(record).objects.filter(pk=record.pk).update(verified_on=date(2026, 11, 24)) == 1


def test_accreditation_record_outlives_the_user_who_wrote_it():
    school = make_institution(is_fictional=False)
    user = make_user()
    record = make_record(
        offering=make_offering(program=make_program(institution=school)), created_by=user
    )

    user.delete()

    record.refresh_from_db()
    assert record.created_by is None
