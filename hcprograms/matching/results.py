"""What a match gives back: offerings with reasons, near misses with the change they need.

Sentences are put into words when they are read, in the language that is active then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hcprograms.catalog.tuition import Estimate
from hcprograms.matching.criterion import Criterion, Reason
from hcprograms.matching.kept import kept
from hcprograms.matching.names import Claim
from hcprograms.matching.offering import OneOffering
from hcprograms.matching.texts import Text, one_language, translated


@dataclass(eq=False)
class ScoredReason:
    """One criterion's part in a total. ``score`` is None where facts are not known or not asked."""

    criterion: Criterion
    offering: OneOffering
    score: float | None
    weight: float
    """As used: known criteria renormalised to one; 0 for the others."""

    @property
    def adds(self) -> float:
        return (self.score or 0.0) * self.weight

    @kept
    def reason(self) -> Reason:
        return self.criterion.explain(self.offering.wishes, self.offering, self.score)

    @property
    def text(self) -> str:
        return str(self.reason.text)

    @property
    def source(self) -> str:
        return self.reason.source

    @property
    def label(self) -> str:
        return translated(self.criterion.label)

    def as_dict(self) -> dict[str, Any]:
        return {
            "criterion": self.criterion.key,
            "label": self.label,
            "score": self.score,
            "weight": self.weight,
            "text": self.text,
            "source": self.source,
        }


@dataclass(eq=False)
class Match:
    """An offering, its score, and a reason per criterion, those that add most first."""

    offering: OneOffering
    give_reasons: Callable[[], Sequence[ScoredReason]]

    @kept
    def reasons(self) -> Sequence[ScoredReason]:
        """One per criterion; worked out when somebody asks."""
        return self.give_reasons()

    @kept
    def score(self) -> float:
        """Exactly the sum of what the reasons add, in [0, 1]."""
        return min(1.0, sum(reason.adds for reason in self.reasons))

    @property
    def percent(self) -> int:
        return round(self.score * 100)

    @property
    def confidence(self) -> float:
        """Share of the criteria one asked for whose facts are known."""
        return next(
            (each.score or 0.0 for each in self.reasons if each.criterion.key == "facts"), 1.0
        )

    @property
    def strongest(self) -> Sequence[ScoredReason]:
        """The three reasons that add most."""
        return [reason for reason in self.reasons if reason.adds > 0][:3]

    @property
    def why_not_higher(self) -> ScoredReason | None:
        """The known criterion that costs most; None when nothing is lost."""
        known = [reason for reason in self.reasons if reason.score is not None]
        worst = max(known, key=lambda each: (1 - (each.score or 0)) * each.weight, default=None)
        return worst if worst is not None and (worst.score or 0) < 1 else None

    def as_dict(self) -> dict[str, Any]:
        """The match as the JSON contract has it."""
        one = self.offering
        weakest = self.why_not_higher
        start = one.next_start
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
            "why_not_higher": weakest.criterion.key if weakest else None,
            "claims": [_claim_dict(claim) for claim in one.claims],
            "cost": estimate_dict(one.estimate, one),
            "months": one.months,
            "next_start": start.isoformat() if start else None,
            "unknown": list(one.unknown),
        }


@dataclass(frozen=True)
class NearMiss:
    """An offering that fails exactly one hard constraint; changing that one answer lets it in."""

    match: Match
    failed: str
    """The key of the answers."""
    needs: Any
    """The complete new value of that key."""
    reason: Text
    distance: float

    @property
    def offering(self) -> OneOffering:
        return self.match.offering

    @property
    def text(self) -> str:
        return str(self.reason)

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
    near_misses: Sequence[NearMiss]
    considered: int
    """How many published offerings were looked at."""
    passed: int
    """How many of them pass every hard constraint."""

    def as_dict(self) -> dict[str, Any]:
        """The whole as the JSON contract has it."""
        with one_language():
            return {
                "matches": [match.as_dict() for match in self.matches],
                "near_misses": [miss.as_dict() for miss in self.near_misses],
                "considered": self.considered,
                "passed": self.passed,
            }


def estimate_dict(estimate: Estimate, offering: OneOffering) -> dict[str, Any]:
    """A cost estimate in plain values: what is known, what is not, as of when."""
    day = offering.price_as_of
    return {
        "currency": estimate.currency,
        "total": estimate.total,
        "lowest": estimate.lowest,
        "per_term": estimate.per_term,
        "rate": estimate.rate.value,
        "fees": estimate.fees,
        "not_known": [each.value for each in estimate.missing],
        "as_of": day.isoformat() if day else None,
        "source": offering.price_source,
    }


def _claim_dict(claim: Claim) -> dict[str, Any]:
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
