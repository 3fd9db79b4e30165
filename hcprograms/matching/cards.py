"""A ranking made ready for the results page: what a person reads on each card, and its links.

The facts come from the ranking; what it does not hold (places, sources, notices of claims) is
read once for all cards.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.accreditation import Claim
from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.models.programs import Level, Offering
from hcprograms.catalog.positions import Position
from hcprograms.catalog.states import STATES
from hcprograms.catalog.tuition import Missing, Rate
from hcprograms.matching.answers import Answers
from hcprograms.matching.fields import say_month
from hcprograms.matching.texts import money

if TYPE_CHECKING:
    from hcprograms.matching.offering import OneOffering
    from hcprograms.matching.results import Match, NearMiss, Ranking


@dataclass(frozen=True)
class Card:
    """One match, or one near miss with the change that lets it in."""

    match: "Match"
    offering: Offering
    answers: Answers
    claims: Sequence[Claim] = ()
    miss: "NearMiss | None" = None

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
    def facts(self) -> "OneOffering":
        return self.match.offering

    @property
    def cost(self) -> "Cost":
        return say_cost(self.facts)

    @property
    def position(self) -> Position:
        """Where program and person stand between management and administration."""
        one = self.facts
        return Position(at=one.track, tolerance=one.tolerance, own=one.wishes.lean)

    @property
    def change_label(self) -> str:
        """What the button of a near miss does."""
        return say_change(self.miss.failed, self.miss.needs) if self.miss else ""

    @property
    def change_query(self) -> str:
        """The answers with the one change."""
        if self.miss is None:
            return ""
        needs = tuple(self.miss.needs) if isinstance(self.miss.needs, list) else self.miss.needs
        change: dict[str, Any] = {self.miss.failed: needs}
        return replace(self.answers, **change).to_query()


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost in words; ``total`` is empty where it is not published."""

    total: str = ""
    notes: Sequence[str] = field(default_factory=list)
    as_of: date | None = None
    source_url: str = ""


def make_cards(
    ranking: "Ranking", *, answers: Answers, today: date
) -> tuple[list[Card], list[Card]]:
    """Matches and near misses as cards. Three queries, whatever their number.

    An offering that left the catalog since it was ranked is left out.
    """
    shown = [*ranking.matches, *(miss.match for miss in ranking.near_misses)]
    offerings = _load(match.offering.public_id for match in shown)
    claims = (
        find_claims(
            offerings=Offering.objects.filter(pk__in=[one.pk for one in offerings.values()]),
            on=today,
        )
        if offerings
        else {}
    )

    def cards(matches: Iterable[tuple["Match", "NearMiss | None"]]) -> list[Card]:
        return [
            Card(match, found, answers, claims.get(found.pk, ()), miss)
            for match, miss in matches
            if (found := offerings.get(uuid.UUID(match.offering.public_id)))
        ]

    return (
        cards((match, None) for match in ranking.matches),
        cards((miss.match, miss) for miss in ranking.near_misses),
    )


def _load(public_ids: Iterable[str]) -> dict[uuid.UUID, Offering]:
    rows = Offering.objects.published().select_related("program__institution", "campus")
    return {row.public_id: row for row in rows.filter(public_id__in=list(public_ids))}


def say_cost(one: "OneOffering") -> Cost:
    """What one offering costs this person, what is in doubt, and who says so."""
    estimate = one.estimate
    notes = [note for missing, note in _missing_notes().items() if missing in estimate.missing]
    if estimate.total is None:
        return Cost(notes=notes[1:])
    if estimate.lowest is not None and estimate.lowest < estimate.total:
        total = _("%(low)s to %(high)s") % {
            "low": money(estimate.lowest, estimate.currency),
            "high": money(estimate.total, estimate.currency),
        }
    else:
        total = _("about %(cost)s") % {"cost": money(estimate.total, estimate.currency)}
    if estimate.rate == Rate.RESIDENT:
        notes.insert(0, _("at the price for residents"))
    elif estimate.rate == Rate.MILITARY:
        notes.insert(0, _("at the military price"))
    if estimate.per_term is not None:
        notes.insert(
            0, _("%(cost)s per term") % {"cost": money(estimate.per_term, estimate.currency)}
        )
    return Cost(total, notes, one.price_as_of, one.price_source)


def _missing_notes() -> dict[Missing, str]:
    return {
        Missing.PRICE: _("price not published"),
        Missing.CREDITS: _("number of credits not published"),
        Missing.TERMS: _("number of terms not published"),
        Missing.FEES: _("fees not published, not included"),
        Missing.TRANSFER: _("less if your credits are accepted: ask"),
        Missing.MILITARY: _("no military price published: ask"),
        Missing.RESIDENCY: _("residents pay less: say where you live"),
    }


def say_change(key: str, needs: Any) -> str:
    """The one change that lets a near miss in, as the text of a link."""
    match key:
        case "budget_total":
            return _("Raise my limit to %(cost)s") % {"cost": money(int(needs))}
        case "max_months":
            return ngettext("Allow %(n)d month", "Allow %(n)d months", int(needs)) % {"n": needs}
        case "delivery":
            names = dict(Offering._meta.get_field("delivery").flatchoices)
            return _("Accept %(ways)s") % {"ways": ", ".join(str(names[each]) for each in needs)}
        case "levels":
            names = dict(Level.choices)
            return _("Look for %(levels)s") % {
                "levels": ", ".join(str(names[each]) for each in needs)
            }
        case "start_from":
            return _("Start from %(month)s on") % {"month": say_month(needs)}
        case "start_by":
            return _("Start as late as %(month)s") % {"month": say_month(needs)}
        case "cahme":
            return _("Prefer CAHME accreditation, do not require it")
        case "state":
            return _("Look as a resident of %(state)s") % {"state": STATES.get(needs, needs)}
        case _:
            return _("Change this answer and look again")


@dataclass(frozen=True, slots=True)
class Chip:
    """One answer that leaves programs out, and the address without it."""

    text: str
    query: str


def make_chips(answers: Answers) -> list[Chip]:
    """The musts among the answers, each with a link that drops it."""
    levels = dict(Level.choices)
    deliveries = dict(Offering._meta.get_field("delivery").flatchoices)
    said: list[tuple[str, str, Any]] = [
        (
            "levels",
            ", ".join(capfirst(str(levels[each])) for each in answers.levels),
            (),
        ),
        (
            "delivery",
            ", ".join(capfirst(str(deliveries[each])) for each in answers.delivery),
            (),
        ),
        ("state", STATES.get(answers.state or "", ""), None),
        ("start_from", _say_bound(_("from %(month)s"), answers.start_from), None),
        ("start_by", _say_bound(_("by %(month)s"), answers.start_by), None),
        (
            "budget_total",
            _("up to %(cost)s") % {"cost": money(answers.budget_total)}
            if answers.budget_total is not None
            else "",
            None,
        ),
        (
            "max_months",
            _("%(n)d months at most") % {"n": answers.max_months} if answers.max_months else "",
            None,
        ),
        ("cahme", _("CAHME required") if answers.cahme == "required" else "", "any"),
        ("institution", answers.institution or "", None),
    ]
    drops: list[tuple[str, dict[str, Any]]] = [(text, {key: rest}) for key, text, rest in said]
    return [Chip(text, replace(answers, **drop).to_query()) for text, drop in drops if text]


def _say_bound(message: str, month: str | None) -> str:
    return capfirst(message % {"month": say_month(month)}) if month else ""
