from datetime import date, timedelta

import pytest

from hcprograms.catalog.accreditation import ClaimKind, Reason
from hcprograms.catalog.claims import (
    claim_for,
    explain_claims,
    find_claims,
    find_institution_claims,
)
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor, Action
from hcprograms.catalog.models.programs import Offering
from tests.factories import (
    TODAY,
    make_accreditor,
    make_institution,
    make_offering,
    make_program,
    make_record,
)

pytestmark = pytest.mark.django_db


def texts(on: date = TODAY) -> dict[int, list[str]]:
    claims = find_claims(offerings=Offering.objects.all(), on=on)
    return {pk: [claim.text for claim in of_one] for pk, of_one in claims.items()}


def record_on_program(program, **fields) -> AccreditationRecord:
    values = {
        "institution": program.institution,
        "action": Action.INITIAL,
        "effective_on": date(2024, 6, 1),
        "evidence_url": "https://accreditor.example/record",
        "verified_on": TODAY,
    }
    return AccreditationRecord.objects.create(program=program, **values | fields)


def test_new_delivery_is_not_covered_by_the_campus_version():
    campus = make_offering(delivery="campus")
    make_offering(program=campus.program, delivery="online")
    make_record(offering=campus)

    assert texts() == {campus.pk: ["Accredited by CAHME"]}


def test_claims_of_two_accreditors_stand_side_by_side():
    offering = make_offering()
    make_record(offering=offering)
    ceph = make_accreditor(slug="ceph", abbreviation="CEPH")
    make_record(offering=offering, accreditor=ceph, action=Action.CANDIDATE)

    claims = find_claims(offerings=Offering.objects.all(), on=TODAY)[offering.pk]

    assert [(claim.accreditor, claim.kind) for claim in claims] == [
        ("cahme", ClaimKind.ACCREDITED),
        ("ceph", ClaimKind.CANDIDATE),
    ]


def test_program_record_of_a_program_accreditor_covers_each_offering():
    first = make_offering()
    second = make_offering(program=first.program, delivery="campus")
    nab = make_accreditor(slug="nab", abbreviation="NAB", scope=Accreditor.Scope.PROGRAM)
    record_on_program(first.program, accreditor=nab)

    assert texts() == {first.pk: ["Accredited by NAB"], second.pk: ["Accredited by NAB"]}


def test_program_record_of_cahme_covers_no_offering():
    offering = make_offering()
    record_on_program(offering.program, accreditor=make_accreditor())

    assert texts() == {}


def test_program_that_closed_ends_the_claims_of_its_offerings():
    offering = make_offering()
    make_record(offering=offering)
    record_on_program(
        offering.program,
        accreditor=make_accreditor(),
        action=Action.CLOSED,
        effective_on=TODAY - timedelta(days=1),
    )

    assert texts() == {}


def test_institutions_own_limit_makes_a_check_stale():
    institution = make_institution(accreditation_limit_days=30)
    offering = make_offering(program=make_program(institution=institution))
    make_record(offering=offering, verified_on=TODAY - timedelta(days=31))

    findings = explain_claims(offerings=Offering.objects.all(), on=TODAY)

    assert findings[offering.pk]["cahme"].reason == Reason.STALE


def test_level_that_the_accreditor_no_longer_covers_is_not_claimed():
    offering = make_offering()
    make_record(offering=offering)
    Accreditor.objects.update(levels=["doctorate"])

    findings = explain_claims(offerings=Offering.objects.all(), on=TODAY)

    assert findings[offering.pk]["cahme"].reason == Reason.NOT_COVERED


@pytest.mark.parametrize("count", [1, 3])
def test_claims_take_two_queries(count, django_assert_num_queries):
    for _ in range(count):
        offering = make_offering()
        make_record(offering=offering)

    with django_assert_num_queries(2):
        claims = find_claims(offerings=Offering.objects.published(), on=TODAY)

    assert len(claims) == count


def test_institution_claim_says_nothing_of_its_programs():
    offering = make_offering()
    institution = offering.program.institution
    hlc = make_accreditor(slug="hlc", abbreviation="HLC", levels=[], scope="institution")
    AccreditationRecord.objects.create(
        institution=institution,
        accreditor=hlc,
        action=Action.REACCREDITED,
        effective_on=date(2020, 1, 1),
        evidence_url="https://hlc.example/",
        verified_on=TODAY,
    )

    claims = find_institution_claims(institution=institution, on=TODAY)

    assert [claim.text for claim in claims] == ["Accredited by HLC"]
    assert texts() == {}


def test_claim_for_one_offering_is_the_claim_or_the_reason():
    offering, other = make_offering(), make_offering()
    record = make_record(offering=offering)

    claim = claim_for(offering, on=TODAY)
    late = claim_for(offering, on=TODAY + timedelta(days=400))
    none = claim_for(other, on=TODAY)

    assert (claim.text, claim.record_id) == ("Accredited by CAHME", record.pk)
    assert claim.evidence_url == record.evidence_url
    assert (late.reason, none.reason) == (Reason.STALE, Reason.NO_RECORD)
