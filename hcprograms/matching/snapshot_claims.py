"""The claims of the snapshot: what may be said of each offering on a day."""

from collections.abc import Callable, Mapping
from datetime import date

from django.db.models import Q
from django.utils.translation import get_language

from hcprograms.catalog.accreditation import Claim as PublicClaim
from hcprograms.catalog.claims import judge_each_accreditor, records_by_subject
from hcprograms.catalog.models.accreditation import AccreditationRecord, Action
from hcprograms.catalog.models.programs import Offering
from hcprograms.matching.names import Claim


def load_claims(
    row_of: Mapping[int, int],
) -> tuple[list[int], Callable[[int, date], tuple[Claim, ...]]]:
    """The rows with accreditation records, and what may be said of a row on a day."""
    of_offering, of_program = records_by_subject(Offering.objects.published())
    concerned = Offering.objects.published().filter(
        Q(pk__in=list(of_offering)) | Q(program__in=list(of_program))
    )
    records: dict[int, tuple[str, list[AccreditationRecord]]] = {}
    for pk, program, level in concerned.values_list("pk", "program_id", "program__level"):
        if pk in row_of:
            found = [*of_offering.get(pk, ()), *of_program.get(program, ())]
            records[row_of[pk]] = (level, found)
    kept: dict[tuple[int, date, str | None], tuple[Claim, ...]] = {}

    def claims_on(row: int, today: date) -> tuple[Claim, ...]:
        if row not in records:
            return ()
        key = (row, today, get_language())
        if key not in kept:
            if len(kept) > 10_000:
                kept.clear()
            level, found = records[row]
            kept[key] = _word_claims(found, level, today)
        return kept[key]

    return sorted(records), claims_on


def _word_claims(records: list[AccreditationRecord], level: str, today: date) -> tuple[Claim, ...]:
    findings = judge_each_accreditor(records, level=level, on=today).values()
    shown = [finding for finding in findings if isinstance(finding, PublicClaim)]
    return tuple(
        Claim(
            accreditor=claim.accreditor,
            status="probation" if claim.action == Action.PROBATION else claim.kind.value,
            text=claim.text,
            notice=claim.notice,
            since=claim.since,
            until=claim.until,
            evidence_url=claim.evidence_url,
            verified_on=claim.verified_on,
        )
        for claim in sorted(shown, key=lambda claim: (claim.kind, claim.accreditor))
    )
