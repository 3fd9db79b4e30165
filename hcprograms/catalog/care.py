"""What in the catalog needs somebody's care today."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from hcprograms.catalog.accreditation import Claim, NoClaim, Reason
from hcprograms.catalog.claims import explain_claims
from hcprograms.catalog.models.accreditation import AccreditationRecord
from hcprograms.catalog.models.programs import Intake, Offering, Program, StateRule, Status
from hcprograms.catalog.models.reference import Track
from hcprograms.catalog.models.roles import RoleEvidence, RoleMapping

SOON = timedelta(days=90)
TO_VERIFY = {Reason.STALE, Reason.NEVER_VERIFIED, Reason.NO_EVIDENCE}

Rows = QuerySet[Any]


def programs_without_roles(programs: Rows, *, today: date) -> Rows:
    """Published programs that lead to no role: nobody who names a role finds them."""
    mapped = RoleMapping.objects.filter(program=OuterRef("pk"))
    return programs.filter(~Exists(mapped), status=Status.PUBLISHED)


def offerings_without_price(offerings: Rows, *, today: date) -> Rows:
    return _shown(offerings).filter(price__isnull=True, price_resident__isnull=True)


def offerings_without_states(offerings: Rows, *, today: date) -> Rows:
    """Offerings that do not say residents of which states they are for."""
    listed = Q(state_rule__in=[StateRule.ONLY, StateRule.EXCEPT], states=[])
    return _shown(offerings).filter(Q(state_rule=StateRule.UNKNOWN) | listed)


def offerings_without_start(offerings: Rows, *, today: date) -> Rows:
    """Offerings whose last start date has passed; those that never had one are left alone."""
    starts = Intake.objects.filter(offering=OuterRef("pk"))
    return _shown(offerings).filter(Exists(starts), ~Exists(starts.filter(starts_on__gte=today)))


def records_changed(records: Rows, *, today: date) -> Rows:
    """Records whose claim is suspended: what they cover has changed."""
    return records.filter(pk__in=find_record_ids(records, today=today)["changed"])


def records_to_verify(records: Rows, *, today: date) -> Rows:
    """Records that carry no claim for want of evidence or of a recent check."""
    return records.filter(pk__in=find_record_ids(records, today=today)["verify"])


def records_expiring(records: Rows, *, today: date) -> Rows:
    """Records whose term has ended, or ends soon, with none after them."""
    return records.filter(pk__in=find_record_ids(records, today=today)["expiring"])


def find_record_ids(records: Rows, *, today: date) -> dict[str, set[Any]]:
    """What records need → the ids of those that decide about a published offering. Two queries."""
    kept = records.order_by().values("pk")
    of_kept = AccreditationRecord.objects.filter(pk__in=kept)
    offerings = Offering.objects.filter(
        Q(pk__in=of_kept.values("offering")) | Q(program__in=of_kept.values("program"))
    )
    found: dict[str, set[Any]] = {"changed": set(), "verify": set(), "expiring": set()}
    for findings in explain_claims(offerings=_shown(offerings), on=today).values():
        for finding in findings.values():
            if need := _find_need(finding, today):
                found[need].add(finding.record_id)
    return found


def _find_need(finding: Claim | NoClaim, today: date) -> str | None:
    if isinstance(finding, Claim):
        is_ending = finding.until is not None and finding.until <= today + SOON
        return "expiring" if is_ending else None
    if finding.reason in TO_VERIFY:
        return "verify"
    return {Reason.CHANGED: "changed", Reason.EXPIRED: "expiring"}.get(finding.reason)


def _shown(offerings: Rows) -> Rows:
    return offerings.filter(status=Status.PUBLISHED, program__status=Status.PUBLISHED)


def mappings_contested(mappings: Rows, *, today: date) -> Rows:
    """Jobs of published programs that sources place differently, without the school's own view."""
    said = RoleEvidence.objects.filter(role=OuterRef("role"), institution=None)
    own = RoleEvidence.objects.filter(
        role=OuterRef("role"), institution=OuterRef("program__institution")
    )
    administration = [Track.ADMINISTRATION, Track.MEDICAL_ADMINISTRATION]
    return mappings.filter(
        Exists(said.filter(track=Track.MANAGEMENT)),
        Exists(said.filter(track__in=administration)),
        ~Exists(own),
        program__status=Status.PUBLISHED,
    )


CARE: dict[str, tuple[type[Any], Callable[..., Rows]]] = {
    "changed": (AccreditationRecord, records_changed),
    "verify": (AccreditationRecord, records_to_verify),
    "expiring": (AccreditationRecord, records_expiring),
    "start": (Offering, offerings_without_start),
    "price": (Offering, offerings_without_price),
    "states": (Offering, offerings_without_states),
    "roles": (Program, programs_without_roles),
    "contested": (RoleMapping, mappings_contested),
}
