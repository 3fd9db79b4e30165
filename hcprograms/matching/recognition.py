"""Criteria about what others say of a program: accreditation, certification."""

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
    """CAHME's current claim for this very offering, for people who prefer or require it."""

    key = "accreditation"
    label = gettext_noop("CAHME accreditation")
    weight = 0.07
    counts_as_fact = False

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.answers.cahme == "any":
            return None
        fit = _CAHME_FITS[rows.cahme]
        return np.where((rows.kinds & np.uint16(LEVEL_BITS["master"])) != 0, fit, np.nan)

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        for claim in offering.claims:
            if claim.accreditor == "cahme":
                words = [f"{claim.text}.", claim.notice]
                text = say("{claim}", claim=" ".join(word for word in words if word))
                return Reason(text, claim.evidence_url)
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

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not offering.certifications:
            return _NO_CERTIFICATION
        return Reason(
            say(
                gettext_noop("Prepares for: {names}. No promise that you may sit the exam."),
                names=Words(offering.certifications),
            )
        )
