"""Writing down what an accreditor did: what a record must say before it is kept."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.accreditation import ENDINGS, KINDS, ClaimKind
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor, Action
from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.change_log import update_and_log


def check_record(*, record: AccreditationRecord, today: date) -> None:
    """Refuse a record that says what cannot be. Raises ``ValidationError``, by field."""
    if record.action == Action.VOID:
        check_void(record)
        return
    check_subject(record)
    check_kind(record)
    if record.verified_on and record.verified_on > today:
        raise ValidationError({"verified_on": _("This day is still to come.")})
    if record.supersedes:
        check_correction(record, corrected=record.supersedes)


def check_subject(record: AccreditationRecord) -> None:
    """The accreditor's scope says what a record is about (DOMAIN: CAHME judges the offering)."""
    scope = record.accreditor.scope
    if scope == Accreditor.Scope.INSTITUTION and (record.program_id or record.offering_id):
        raise ValidationError(
            {"accreditor": _("It accredits whole institutions: leave program and offering empty.")}
        )
    if scope != Accreditor.Scope.INSTITUTION and not (record.program_id or record.offering_id):
        raise ValidationError({"offering": _("Say which program or offering this is about.")})
    is_ending = record.action in ENDINGS
    if scope == Accreditor.Scope.OFFERING and not record.offering_id and not is_ending:
        raise ValidationError(
            {
                "offering": _(
                    "%(accreditor)s judges each delivery and campus by itself: name the offering."
                )
                % {"accreditor": record.accreditor}
            }
        )


def check_kind(record: AccreditationRecord) -> None:
    """Certifying is not accrediting."""
    certifies = record.accreditor.kind == Accreditor.Kind.CERTIFICATION
    claimed = KINDS.get(record.action)
    if claimed is None:
        return
    if certifies != (claimed == ClaimKind.CERTIFIED):
        raise ValidationError(
            {
                "action": _("%(accreditor)s certifies; it does not accredit.")
                % {"accreditor": record.accreditor}
                if certifies
                else _("%(accreditor)s accredits; it does not certify.")
                % {"accreditor": record.accreditor}
            }
        )


def check_correction(record: AccreditationRecord, *, corrected: AccreditationRecord) -> None:
    """A correction replaces one record of the same institution, says why, and proves a new claim.

    A record whose program or offering has changed since covers what is there now only with
    evidence of its own.
    """
    if corrected.institution_id != record.institution_id:
        raise ValidationError({"supersedes": _("This record belongs to another institution.")})
    if not record.reason.strip():
        raise ValidationError({"reason": _("Say why the earlier record was wrong.")})
    if record.action in KINDS and not corrected.is_covering and not record.evidence_url:
        raise ValidationError(
            {
                "evidence_url": _(
                    "Link to where the accreditor says that it covers the changed program."
                )
            }
        )


def check_void(record: AccreditationRecord) -> None:
    """Taking back a record that was entered in error needs a reason and nothing else."""
    corrected = record.supersedes
    if corrected is None:
        raise ValidationError({"supersedes": _("Say which record was entered in error.")})
    if corrected.action == Action.VOID:
        raise ValidationError({"action": _("This record only takes another one back.")})
    if is_about_other(record, corrected):
        raise ValidationError(
            {"accreditor": _("The record to take back is of another accreditor or program.")}
        )
    if not record.reason.strip():
        raise ValidationError({"reason": _("Say why the earlier record was wrong.")})


def is_about_other(record: AccreditationRecord, other: AccreditationRecord) -> bool:
    """Whether two records are of another accreditor, or about another program or offering."""
    names = ("institution_id", "program_id", "offering_id", "accreditor_id")
    return any(getattr(record, name) != getattr(other, name) for name in names)


def build_void(*, corrected: AccreditationRecord, reason: str) -> AccreditationRecord:
    """The unsaved record that takes back one that was entered in error."""
    return AccreditationRecord(
        institution_id=corrected.institution_id,
        program_id=corrected.program_id,
        offering_id=corrected.offering_id,
        accreditor_id=corrected.accreditor_id,
        action=Action.VOID,
        effective_on=corrected.effective_on,
        supersedes=corrected,
        reason=reason,
    )


@transaction.atomic
def create_record(*, record: AccreditationRecord) -> None:
    """Save a checked record.

    A correction that names another accreditor, program or offering takes the wrong record back and
    stands for itself: what is said of the one has nothing to do with the other.
    """
    corrected = record.supersedes
    if corrected and record.action != Action.VOID and is_about_other(record, corrected):
        void = build_void(corrected=corrected, reason=record.reason)
        void.created_by = record.created_by
        void.save()
        record.supersedes = None
    record.save()


def mark_verified(*, records: "QuerySet[AccreditationRecord]", today: date) -> int:
    """Note that somebody has checked these records against their evidence on this day."""
    checked = records.filter(superseded_by__isnull=True, is_historical=False)
    return update_and_log(checked.exclude(evidence_url=""), verified_on=today)


def find_records_not_covering(*, program: Program, level: str) -> list[AccreditationRecord]:
    """Records of a program, or of its offerings, whose accreditor does not cover this level.

    Records that were entered in error do not count.
    """
    records = AccreditationRecord.objects.filter(
        program=program
    ) | AccreditationRecord.objects.filter(offering__program=program)
    voids = AccreditationRecord.objects.filter(supersedes=OuterRef("pk"), action=Action.VOID)
    records = records.exclude(action=Action.VOID).filter(~Exists(voids))
    return [
        record
        for record in records.select_related("accreditor")
        if not record.accreditor.covers(level)
    ]
