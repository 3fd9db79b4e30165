"""Claims of many offerings at once, from the database. The rule itself is ``accreditation``."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from hcprograms.catalog.accreditation import ENDINGS, Claim, NoClaim, Reason, claim_on
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.models import Institution

SUBJECTS = ("accreditor", "institution", "program", "offering__program", "offering__campus")
"""What a claim needs of a record's subject, to be read with the record."""

Findings = dict[int, dict[str, Claim | NoClaim]]


def find_claims(*, offerings: "QuerySet[Offering]", on: date) -> dict[int, list[Claim]]:
    """Offering id → what may be said of it on that day, accreditations first.

    Offerings without a claim are missing. Two queries, whatever the number of offerings.
    """
    explained = explain_claims(offerings=offerings, on=on)
    shown = {pk: _select_claims(findings) for pk, findings in explained.items()}
    return {pk: claims for pk, claims in shown.items() if claims}


def find_loaded_claims(*, offerings: Sequence[Offering], on: date) -> dict[int, list[Claim]]:
    """The same for offerings that are loaded with their programs. One query, none for none."""
    if not offerings:
        return {}
    of_offering, of_program = sort_records(
        AccreditationRecord.objects.filter(
            Q(offering__in=[one.pk for one in offerings])
            | Q(program__in={one.program_id for one in offerings})
        )
    )
    claims = {}
    for one in offerings:
        records = [*of_offering.get(one.pk, ()), *of_program.get(one.program_id, ())]
        if shown := list_claims(records, level=one.program.level, on=on):
            claims[one.pk] = shown
    return claims


def claim_for(offering: Offering, *, on: date, accreditor: str = "cahme") -> Claim | NoClaim:
    """What may be said in public of one offering by one accreditor that day, or why nothing."""
    offerings = Offering.objects.filter(pk=offering.pk)
    found = explain_claims(offerings=offerings, on=on).get(offering.pk, {})
    return found.get(accreditor, NoClaim(reason=Reason.NO_RECORD))


def list_claims(
    records: Iterable[AccreditationRecord], *, level: str | None, on: date
) -> list[Claim]:
    """List what may be said on that day, from all records on one subject, accreditations first.

    Pages, emails and the matching snapshot all ask here.
    """
    return _select_claims(judge_each_accreditor(records, level=level, on=on))


def _select_claims(findings: Mapping[str, Claim | NoClaim]) -> list[Claim]:
    shown = [finding for finding in findings.values() if isinstance(finding, Claim)]
    return sorted(shown, key=lambda claim: (claim.kind, claim.accreditor))


def explain_claims(*, offerings: "QuerySet[Offering]", on: date) -> Findings:
    """Offering id → accreditor's slug → the claim, or why there is none. For staff.

    Accreditors of which nothing is recorded are missing.
    """
    subjects = {
        pk: (program_id, level)
        for pk, program_id, level in offerings.order_by().values_list(
            "pk", "program_id", "program__level"
        )
    }
    of_offering, of_program = records_by_subject(offerings)
    findings: Findings = {}
    for pk, (program_id, level) in subjects.items():
        records = [*of_offering.get(pk, ()), *of_program.get(program_id, ())]
        if records:
            findings[pk] = judge_each_accreditor(records, level=level, on=on)
    return findings


def find_institution_claims(*, institution: Institution, on: date) -> list[Claim]:
    """What may be said of the institution as a whole on that day."""
    records = AccreditationRecord.objects.filter(
        institution=institution, program__isnull=True, offering__isnull=True
    ).select_related("accreditor", "institution")
    return list_claims(records, level=None, on=on)


def records_by_subject(
    offerings: "QuerySet[Offering]",
) -> tuple[Mapping[int, list[AccreditationRecord]], Mapping[int, list[AccreditationRecord]]]:
    """The records by offering, and those on the program that its offerings share."""
    chosen = offerings.order_by()
    return sort_records(
        AccreditationRecord.objects.filter(
            Q(offering__in=chosen.values("pk")) | Q(program__in=chosen.values("program_id"))
        )
    )


def sort_records(
    records: "QuerySet[AccreditationRecord]",
) -> tuple[Mapping[int, list[AccreditationRecord]], Mapping[int, list[AccreditationRecord]]]:
    """The same, of records that were chosen already. One query."""
    of_offering: dict[int, list[AccreditationRecord]] = defaultdict(list)
    of_program: dict[int, list[AccreditationRecord]] = defaultdict(list)
    for record in records.select_related(*SUBJECTS):
        if record.offering_id:
            of_offering[record.offering_id].append(record)
        elif record.program_id and speaks_for_offerings(record):
            of_program[record.program_id].append(record)
    return of_offering, of_program


def speaks_for_offerings(record: AccreditationRecord) -> bool:
    """Whether a record on a program says something about each of its offerings.

    Where the accreditor judges every delivery and campus by itself (CAHME), only an ending does.
    """
    return record.accreditor.scope != Accreditor.Scope.OFFERING or record.action in ENDINGS


def judge_each_accreditor(
    records: Iterable[AccreditationRecord], *, level: str | None, on: date
) -> dict[str, Claim | NoClaim]:
    """Accreditor's slug → its claim or why there is none, from all records on one subject."""
    histories: dict[Accreditor, list[AccreditationRecord]] = defaultdict(list)
    for record in records:
        histories[record.accreditor].append(record)
    findings: dict[str, Claim | NoClaim] = {}
    for accreditor, history in histories.items():
        if level is not None and not accreditor.covers(level):
            findings[accreditor.slug] = NoClaim(reason=Reason.NOT_COVERED)
        else:
            limit_days = history[0].institution.accreditation_limit_days
            findings[accreditor.slug] = claim_on(history, on=on, limit_days=limit_days)
    return findings
