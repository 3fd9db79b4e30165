"""What in the catalog needs somebody's care today."""

from collections.abc import Callable, Iterable
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


def records_to_verify(records: Rows, *, today: date) -> Rows:
    """Records that carry no claim for want of evidence or of a recent check."""

    def unproven(finding: Claim | NoClaim) -> bool:
        return isinstance(finding, NoClaim) and finding.reason in TO_VERIFY

    return _deciding(records, unproven, today)


def records_expiring(records: Rows, *, today: date) -> Rows:
    """Records whose term has ended, or ends soon, with none after them."""

    def ending(finding: Claim | NoClaim) -> bool:
        if isinstance(finding, NoClaim):
            return finding.reason == Reason.EXPIRED
        return finding.until is not None and finding.until <= today + SOON

    return _deciding(records, ending, today)


def records_changed(records: Rows, *, today: date) -> Rows:
    """Records whose claim is suspended: what they cover has changed."""

    def changed(finding: Claim | NoClaim) -> bool:
        return isinstance(finding, NoClaim) and finding.reason == Reason.CHANGED

    return _deciding(records, changed, today)


def _shown(offerings: Rows) -> Rows:
    return offerings.filter(status=Status.PUBLISHED, program__status=Status.PUBLISHED)


def _deciding(records: Rows, wanted: Callable[[Claim | NoClaim], bool], today: date) -> Rows:
    """The records that decide about a published offering, where the finding is a wanted one."""
    kept = records.order_by().values("pk")
    of_kept = AccreditationRecord.objects.filter(pk__in=kept)
    offerings = Offering.objects.filter(
        Q(pk__in=of_kept.values("offering")) | Q(program__in=of_kept.values("program"))
    )
    found = explain_claims(offerings=_shown(offerings), on=today).values()
    return records.filter(pk__in=_ids(found, wanted))


def _ids(
    findings: Iterable[dict[str, Claim | NoClaim]], wanted: Callable[[Claim | NoClaim], bool]
) -> set[Any]:
    return {one.record_id for each in findings for one in each.values() if wanted(one)}


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
