"""Accreditation in a recommendation that was frozen earlier: only what still holds is mailed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.models.accreditation import Action
from hcprograms.catalog.models.programs import Offering

CRITERION = "accreditation"
"""The key of the reason that repeats the claim."""


def drop_lost_claims(recommendation: Mapping[str, Any], *, today: date) -> Mapping[str, Any]:
    """The recommendation without the accreditation claims that do not hold on that day any more.

    What was shown to the applicant stays in the lead; a mail says what is true when it is sent.
    One query, none where no accreditation was shown.
    """
    matches = [one for one in recommendation.get("matches") or () if isinstance(one, Mapping)]
    claimed = [str(match.get("offering")) for match in matches if match.get("claims")]
    if not claimed:
        return recommendation
    offerings = Offering.objects.filter(public_id__in=claimed)
    ids = dict(offerings.values_list("pk", "public_id"))
    holding = {
        (
            str(ids[pk]),
            claim.accreditor,
            "probation" if claim.action == Action.PROBATION else str(claim.kind),
        )
        for pk, claims in find_claims(offerings=offerings, on=today).items()
        for claim in claims
    }
    return {**recommendation, "matches": [_drop_from(match, holding) for match in matches]}


def _drop_from(match: Mapping[str, Any], holding: set[tuple[str, Any, Any]]) -> Mapping[str, Any]:
    shown = match.get("claims") or []
    kept = [
        claim
        for claim in shown
        if (str(match.get("offering")), claim.get("accreditor"), claim.get("status")) in holding
    ]
    if len(kept) == len(shown):
        return match
    reasons = [
        reason for reason in match.get("reasons") or () if reason.get("criterion") != CRITERION
    ]
    return {**match, "claims": kept, "reasons": reasons}
