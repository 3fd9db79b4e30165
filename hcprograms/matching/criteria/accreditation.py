"""Criteria about what others say of a program: accreditation, certification."""

from collections.abc import Mapping

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.matching.criteria.base import Criterion, Reason, Scores
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import (
    ADMINISTRATION_BIT,
    CLAIM_CODES,
    LEVEL_BITS,
    MANAGEMENT_BIT,
    Index,
    Snapshot,
)
from hcprograms.matching.snapshot.offering import OfferingFacts

CAHME_FITS = np.asarray(
    [
        {"": 0.0, "candidate": 0.3, "probation": 0.8, "accredited": 1.0}[status]
        for status in ("", *CLAIM_CODES)
    ]
)


class AccreditationFit(Criterion):
    """CAHME's current claim for this very offering, for people who prefer or require it.

    Whatever CAHME does not accredit, programs of other levels included, is no better than a
    master's program without a claim. People who seek no master's program are not asked.
    """

    key = "accreditation"
    label = gettext_lazy("CAHME accreditation")
    weight = 0.07
    counts_as_fact = False

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        if profile.answers.cahme == "any":
            return None
        if not profile.reach & profile.levels & LEVEL_BITS["master"]:
            return None
        return np.asarray(CAHME_FITS[snapshot.on(profile.today).cahme[rows]])

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        claims = [claim for claim in offering.claims if claim.accreditor == "cahme"]
        return {
            "asked": profile.answers.cahme,
            "level": offering.level,
            "claim": claims[0].status if claims else None,
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        for claim in offering.claims:
            if claim.accreditor == "cahme":
                text = " ".join(filter(None, [f"{claim.text}.", claim.notice]))
                return Reason(text, claim.evidence_url, claim.status == "accredited")
        if offering.level != "master":
            return Reason(_("CAHME accredits master’s programs only."))
        return Reason(_("No current CAHME accreditation on record for this offering."))


class CertificationFit(Criterion):
    """Prepares for a certification of the track that one clearly leans to."""

    key = "certification"
    label = gettext_lazy("Certification")
    weight = 0.02
    counts_as_fact = False

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        track = profile.clear_track
        if not track:
            return None
        wanted = MANAGEMENT_BIT if track == "management" else ADMINISTRATION_BIT
        certified = snapshot.certified[rows]
        # By the bits of the tracks: none published, none of them wanted, or one that is.
        fits = [0.3 if bits & wanted == 0 else 1.0 for bits in range(4)]
        return np.asarray([np.nan, *fits[1:]]).take(certified, mode="clip")

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {
            "lean": None if profile.lean is None else round(profile.lean, 3),
            "prepares for": list(offering.certifications),
            "of the track": list(offering.certified_tracks),
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        if not offering.certifications:
            return Reason(_("No preparation for a certification is published."))
        text = _("Prepares for: {names}. No promise that you may sit the exam.")
        return Reason(text.format(names=", ".join(offering.certifications)))
