"""A ranking made ready for the results page: what a person reads on each card, and its links.

The facts come from the ranking; what it does not hold (places, sources, notices of claims) is
read once for all cards.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from hcprograms.catalog.accreditation import Claim
from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.positions import Position
from hcprograms.institutions.requests import takes_requests
from hcprograms.matching.answers import Answers
from hcprograms.matching.constraints import change_answer
from hcprograms.matching.presenters.answers import describe_change, describe_unknown
from hcprograms.matching.presenters.cost import CostText, describe_cost
from hcprograms.matching.results import Match, NearMiss, Ranking, ScoredReason
from hcprograms.matching.snapshot.offering import OfferingFacts


@dataclass(frozen=True)
class Card:
    """One match, or one near miss with the change that lets it in."""

    match: Match
    offering: Offering
    answers: Answers
    claims: Sequence[Claim] = ()
    miss: NearMiss | None = None

    @property
    def program_url(self) -> str:
        """The program's page; the answers go along, for the way back and for asking."""
        program = self.offering.program
        url = reverse("hcprograms:program", args=[program.institution.slug, program.slug])
        answers = self.answers.to_query()
        return f"{url}?{answers}" if answers else url

    @property
    def ask_url(self) -> str:
        """The institution's form with this offering chosen, and the answers carried along."""
        query = f"offering={self.offering.public_id}"
        if answers := self.answers.to_query():
            query += f"&{answers}"
        return f"{reverse('hcprograms:ask', args=[self.offering.program.institution.slug])}?{query}"

    @property
    def estimate_url(self) -> str:
        """The estimator for this offering, with the answers carried along."""
        query = f"offering={self.offering.public_id}"
        if answers := self.answers.to_query():
            query += f"&{answers}"
        return f"{reverse('hcprograms:tuition')}?{query}"

    @property
    def facts(self) -> OfferingFacts:
        return self.match.offering

    @property
    def cost(self) -> CostText:
        return describe_cost(self.facts)

    @property
    def is_scored(self) -> bool:
        """Whether enough is known for a percentage to mean anything."""
        return self.match.is_scored

    @property
    def strengths(self) -> Sequence[ScoredReason]:
        """Up to three reasons that speak for it."""
        return self.match.strengths

    @property
    def unknown(self) -> str:
        """What it does not publish, of what was asked for; empty: nothing."""
        return describe_unknown(self.match.unknown_musts)

    @property
    def position(self) -> Position:
        """Where program and person stand between management and administration."""
        one = self.facts
        return Position(at=one.track, tolerance=one.tolerance, own=self.match.profile.lean)

    @property
    def change_label(self) -> str:
        """What the button of a near miss does."""
        return describe_change(self.miss.failed, self.miss.needs) if self.miss else ""

    @property
    def change_query(self) -> str:
        """The answers with the one change."""
        if self.miss is None:
            return ""
        return change_answer(self.answers, self.miss.failed, self.miss.needs).to_query()


def build_cards(
    ranking: Ranking, *, answers: Answers, today: date
) -> tuple[list[Card], list[Card], list[Card]]:
    """Matches, what may fit, and near misses as cards. Three queries, whatever their number.

    An offering that left the catalog since it was ranked is left out.
    """
    misses = [miss.match for miss in ranking.near_misses]
    shown = [*ranking.matches, *ranking.may_fit, *misses]
    offerings = _load(match.offering.public_id for match in shown)
    claims = (
        find_claims(
            offerings=Offering.objects.filter(pk__in=[one.pk for one in offerings.values()]),
            on=today,
        )
        if offerings
        else {}
    )

    def cards(matches: Iterable[tuple[Match, NearMiss | None]]) -> list[Card]:
        return [
            Card(match, found, answers, claims.get(found.pk, ()), miss)
            for match, miss in matches
            if (found := offerings.get(uuid.UUID(match.offering.public_id)))
        ]

    return (
        cards((match, None) for match in ranking.matches),
        cards((match, None) for match in ranking.may_fit),
        cards((miss.match, miss) for miss in ranking.near_misses),
    )


def _load(public_ids: Iterable[str]) -> dict[uuid.UUID, Offering]:
    rows = Offering.objects.published().filter(public_id__in=list(public_ids))
    rows = rows.select_related("program__institution", "campus")
    askable = rows.annotate(is_askable=takes_requests("program__institution"))
    return {row.public_id: row for row in askable}
