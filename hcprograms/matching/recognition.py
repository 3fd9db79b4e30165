"""Criteria about what others say of a program: accreditation, certification."""

from collections.abc import Mapping

import numpy as np

from hcprograms.matching.columns import (
    ADMINISTRATION_BIT,
    CLAIM_CODES,
    LEVEL_BITS,
    MANAGEMENT_BIT,
)
from hcprograms.matching.criterion import Criterion, Reason, Scores
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.texts import Words, gettext_noop, say
from hcprograms.matching.wishes import CLEAR_LEAN, Rows, Wishes

_NO_MASTER = Reason(say(gettext_noop("CAHME accredits master’s programs only.")))
_NO_CLAIM = Reason(say(gettext_noop("No current CAHME accreditation on record for this offering.")))
_NO_CERTIFICATION = Reason(say(gettext_noop("No preparation for a certification is published.")))


class AccreditationFit(Criterion):
    """CAHME's current claim for this very offering, for people who prefer or require it.

    Whatever CAHME does not accredit, programs of other levels included, is no better than a
    master's program without a claim. People who seek no master's program are not asked.
    """

    key = "accreditation"
    label = gettext_noop("CAHME accreditation")
    weight = 0.07
    counts_as_fact = False

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.answers.cahme == "any":
            return None
        if not wishes.reach & wishes.levels & LEVEL_BITS["master"]:
            return None
        return np.asarray(_CAHME_FITS[rows.cahme])

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        claims = [claim for claim in offering.claims if claim.accreditor == "cahme"]
        return {
            "asked": wishes.answers.cahme,
            "level": offering.level,
            "claim": claims[0].status if claims else None,
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        for claim in offering.claims:
            if claim.accreditor == "cahme":
                words = [f"{claim.text}.", claim.notice]
                text = say("{claim}", claim=" ".join(word for word in words if word))
                return Reason(text, claim.evidence_url, claim.status == "accredited")
        if offering.level != "master":
            return _NO_MASTER
        return _NO_CLAIM


_CAHME_FITS = np.asarray(
    [
        {0: 0.0, "candidate": 0.3, "probation": 0.8, "accredited": 1.0}[status]
        for status in (0, *CLAIM_CODES)
    ]
)


class CertificationFit(Criterion):
    """Prepares for a certification of the track one leans to."""

    key = "certification"
    label = gettext_noop("Certification")
    weight = 0.02
    counts_as_fact = False

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.lean is None or abs(wishes.lean) < CLEAR_LEAN:
            return None
        wanted = MANAGEMENT_BIT if wishes.lean > 0 else ADMINISTRATION_BIT
        fit = np.where((rows.certified & np.uint8(wanted)) != 0, 1.0, 0.3)
        fit[rows.certified == 0] = np.nan
        return fit

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        bits = offering.columns.certified.item(offering.row)
        ends = {MANAGEMENT_BIT: "management", ADMINISTRATION_BIT: "administration"}
        return {
            "lean": None if wishes.lean is None else round(wishes.lean, 3),
            "prepares for": list(offering.certifications),
            "of the track": [track for bit, track in ends.items() if bits & bit],
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not offering.certifications:
            return _NO_CERTIFICATION
        return Reason(
            say(
                gettext_noop("Prepares for: {names}. No promise that you may sit the exam."),
                names=Words(offering.certifications),
            )
        )
