"""What a match gives back: offerings with reasons, near misses with the change they need.

Sentences are put into words when they are first read, in the language that is active then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hcprograms.matching.constraints import Constraint
from hcprograms.matching.criteria.base import Criterion, Reason
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.scoring import FACTS, ScoreTable
from hcprograms.matching.snapshot.columns import Claim, Snapshot
from hcprograms.matching.snapshot.offering import OfferingFacts, read_offering

STRONG = 0.8
"""From here on a criterion speaks for an offering: all of a budget used is still good."""
WEAK = 0.5
"""Below this a criterion speaks against an offering."""
BEST_PERCENT = 95
"""From this total on, and from this score of a criterion on, nothing is said to be lost."""
SUBJECT_ONLY = {"delivery", "cost", "months", "start", "states"}
"""The facts of which none is published where only subject and level are known."""
MAX_STRENGTHS = 3


@dataclass(eq=False)
class ScoredReason:
    """One criterion's part in a total. ``score`` is None where facts are not known or not asked."""

    criterion: Criterion
    label: str
    profile: MatchProfile
    offering: OfferingFacts
    score: float | None
    weight: float
    """As used: known criteria renormalised to one; 0 for the others."""

    @property
    def adds(self) -> float:
        return (self.score or 0.0) * self.weight

    @cached_property
    def reason(self) -> Reason:
        return self.criterion.explain(self.profile, self.offering, self.score)

    @property
    def text(self) -> str:
        return self.reason.text

    @property
    def source(self) -> str:
        return self.reason.source

    @property
    def mark(self) -> str:
        """``for``, ``neutral`` or ``against``; empty where it does not count."""
        # That facts are published speaks for nothing.
        if self.score is None or self.criterion.key == FACTS:
            return ""
        if self.score < WEAK:
            return "against"
        return "for" if self.score >= STRONG and self.reason.speaks_for else "neutral"

    def as_dict(self) -> dict[str, Any]:
        return {
            "criterion": self.criterion.key,
            "label": self.label,
            "score": self.score,
            "weight": self.weight,
            "text": self.text,
            "source": self.source,
            "mark": self.mark,
        }


@dataclass(eq=False)
class Match:
    """An offering, its score, and a reason per criterion, those that add most first."""

    profile: MatchProfile
    offering: OfferingFacts
    reasons: Sequence[ScoredReason]
    unknown_musts: tuple[str, ...] = ()
    """The keys of the answers of which its published facts do not say whether it meets them."""

    @cached_property
    def score(self) -> float:
        """The sum of what the reasons add, in [0, 1], to the decimals that decide the order."""
        return min(1.0, round(sum(reason.adds for reason in self.reasons), 12))

    @property
    def percent(self) -> int:
        return round(self.score * 100)

    @property
    def confidence(self) -> float:
        """Share of the criteria one asked for whose facts are known."""
        return next((one.score or 0.0 for one in self.reasons if one.criterion.key == FACTS), 1.0)

    @property
    def is_scored(self) -> bool:
        """Whether enough is known, of the person and of the program, for a percentage.

        Of a program of which only subject and level are published, the rest may be anything.
        """
        counted = any(reason.mark for reason in self.reasons)
        return counted and not set(self.offering.unknown) >= SUBJECT_ONLY

    @property
    def strengths(self) -> Sequence[ScoredReason]:
        """Up to three reasons that speak for it, those that add most first.

        What is said to cost most of the total is none of them.
        """
        weakest = self.why_not_higher
        good = [one for one in self.reasons if one.mark == "for" and one is not weakest]
        return good[:MAX_STRENGTHS]

    @property
    def why_not_higher(self) -> ScoredReason | None:
        """The known criterion that costs most; None where nearly nothing is lost."""
        if self.percent >= BEST_PERCENT:
            return None
        lost = [
            one for one in self.reasons if one.score is not None and one.score * 100 < BEST_PERCENT
        ]
        return max(lost, key=lambda one: (1 - (one.score or 0)) * one.weight, default=None)

    def as_dict(self) -> dict[str, Any]:
        """The match as the JSON contract has it."""
        one, estimate = self.offering, self.offering.estimate
        weakest = self.why_not_higher
        return {
            "program": one.program_name,
            "program_slug": one.program_slug,
            "award": one.award,
            "institution": one.school.slug,
            "institution_name": one.school.name,
            "offering": one.public_id,
            "level": one.level,
            "delivery": one.delivery or None,
            "score": self.score,
            "confidence": self.confidence,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "strengths": [each.criterion.key for each in self.strengths],
            "why_not_higher": weakest.criterion.key if weakest else None,
            "claims": [_describe_claim(claim) for claim in one.claims],
            "cost": {
                "currency": estimate.currency,
                "total": estimate.total,
                "lowest": estimate.lowest,
                "per_term": estimate.per_term,
                "rate": estimate.rate.value,
                "fees": estimate.fees,
                "not_known": [each.value for each in estimate.missing],
                "as_of": one.price_as_of.isoformat() if one.price_as_of else None,
                "source": one.price_source,
            },
            "months": one.months,
            "next_start": one.next_start.isoformat() if one.next_start else None,
            "unknown": list(one.unknown),
            "unknown_musts": list(self.unknown_musts),
            "is_scored": self.is_scored,
        }


@dataclass(frozen=True)
class NearMiss:
    """An offering that fails exactly one hard constraint; changing that one answer lets it in."""

    match: Match
    constraint: Constraint
    failed: str
    """The key of the answers."""
    needs: Any
    """The complete new value of that key."""
    distance: float

    @property
    def offering(self) -> OfferingFacts:
        return self.match.offering

    @property
    def text(self) -> str:
        return self.constraint.explain(self.match.profile, self.offering)

    def as_dict(self) -> dict[str, Any]:
        """The near miss as the JSON contract has it."""
        return {
            **self.match.as_dict(),
            "failed": self.failed,
            "needs": self.needs,
            "text": self.text,
        }


@dataclass(frozen=True)
class Ranking:
    """The answer to one person's answers."""

    matches: Sequence[Match]
    """The best of those that are known to meet everything that was asked for."""
    may_fit: Sequence[Match]
    """The best of those that fail nothing, but do not publish enough to be known to fit."""
    near_misses: Sequence[NearMiss]
    considered: int
    """How many published offerings were looked at."""
    passed: int
    """How many of them are known to meet everything."""
    may_fit_count: int
    """How many others fail nothing."""
    programs_considered: int
    programs_passed: int
    """How many programs have an offering that is known to meet everything."""
    programs_may_fit: int
    """How many other programs have an offering that fails nothing."""

    @property
    def excluded(self) -> int:
        """How many offerings fail something on published facts."""
        return self.considered - self.passed - self.may_fit_count

    def as_dict(self) -> dict[str, Any]:
        """The whole as the JSON contract has it."""
        return {
            "matches": [match.as_dict() for match in self.matches],
            "near_misses": [miss.as_dict() for miss in self.near_misses],
            "considered": self.considered,
            "passed": self.passed,
            "may_fit": [match.as_dict() for match in self.may_fit],
            "may_fit_count": self.may_fit_count,
            "excluded": self.excluded,
            "programs": {
                "considered": self.programs_considered,
                "fit": self.programs_passed,
                "may_fit": self.programs_may_fit,
            },
        }


def list_strengths(match: Mapping[str, Any]) -> list[str]:
    """The texts of ``Match.strengths``, of a match in the shape of the JSON contract.

    What is missing in it, as leads may keep it, is left out.
    """
    reasons = [one for one in match.get("reasons") or () if one.get("text")]
    texts = {one.get("criterion"): str(one["text"]) for one in reasons}
    return [texts[key] for key in match.get("strengths") or () if key in texts]


def build_match(
    profile: MatchProfile,
    snapshot: Snapshot,
    row: int,
    table: ScoreTable,
    place: int,
    *,
    unknown_musts: tuple[str, ...] = (),
) -> Match:
    """The row as a match; ``place`` is where its scores stand in the table."""
    offering = read_offering(profile, snapshot, row)
    rated = list(zip(table.criteria, table.scores_at(place), strict=True))
    used = sum(each.weight for each, score in rated if score is not None)
    reasons = [
        ScoredReason(
            criterion=each.criterion,
            label=each.label,
            profile=profile,
            offering=offering,
            score=score,
            weight=each.weight / used if score is not None and used else 0,
        )
        for each, score in rated
    ]
    # Those that add most first, unknown ones last.
    reasons.sort(key=lambda one: 1.0 if one.score is None else -one.adds)
    return Match(profile, offering, reasons, unknown_musts)


def _describe_claim(claim: Claim) -> dict[str, Any]:
    return {
        "accreditor": claim.accreditor,
        "status": claim.status,
        "text": claim.text,
        "notice": claim.notice,
        "since": claim.since.isoformat() if claim.since else None,
        "until": claim.until.isoformat() if claim.until else None,
        "evidence_url": claim.evidence_url,
        "verified_on": claim.verified_on.isoformat() if claim.verified_on else None,
    }
