"""Writing down what an accreditor did: what a record must say before it is kept."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.accreditation import ENDINGS, KINDS, ClaimKind
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.history import update_recorded


def check_record(*, record: AccreditationRecord, today: date) -> None:
    """Refuse a record that says what cannot be. Raises ``ValidationError``, by field."""
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
    """A correction replaces one record of the same institution and accreditor, once."""
    if corrected.institution_id != record.institution_id:
        raise ValidationError({"supersedes": _("This record belongs to another institution.")})
    if corrected.accreditor_id != record.accreditor_id:
        raise ValidationError({"accreditor": _("The record to correct names another one.")})
    if not record.reason.strip():
        raise ValidationError({"reason": _("Say why the earlier record was wrong.")})


def mark_verified(*, records: "QuerySet[AccreditationRecord]", today: date) -> int:
    """Note that somebody has checked these records against their evidence on this day."""
    checked = records.filter(superseded_by__isnull=True, is_historical=False)
    return update_recorded(rows=checked.exclude(evidence_url=""), values={"verified_on": today})


def find_records_not_covering(*, program: Program, level: str) -> list[AccreditationRecord]:
    """Records of a program, or of its offerings, whose accreditor does not cover this level."""
    records = AccreditationRecord.objects.filter(
        program=program
    ) | AccreditationRecord.objects.filter(offering__program=program)
    return [
        record
        for record in records.select_related("accreditor")
        if not record.accreditor.covers(level)
    ]
