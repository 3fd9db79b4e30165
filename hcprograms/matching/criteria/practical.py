"""Criteria about what a program takes: money, time, start, place; and what is known of it."""

from collections.abc import Mapping

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from hcprograms.catalog.models.choices import Delivery
from hcprograms.catalog.prices import format_money
from hcprograms.catalog.tuition import Rate
from hcprograms.matching.costs import estimate_in_budget_currency
from hcprograms.matching.criteria.base import Criterion, Reason, Scores
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import (
    ANY_DELIVERY,
    DELIVERY_BITS,
    MAX_MONTH_BIT,
    NO_STATE,
    Index,
    Snapshot,
    lowest_month,
)
from hcprograms.matching.snapshot.offering import OfferingFacts

UNIT_WORDS = {"credit": gettext_noop("credit"), "term": gettext_noop("term")}
RATE_WORDS = {
    Rate.STANDARD: gettext_noop("About {total} in all for you."),
    Rate.RESIDENT: gettext_noop("About {total} in all for you, at the residents’ price."),
    Rate.MILITARY: gettext_noop("About {total} in all for you, at the military price."),
}
FACT_WORDS = {
    "delivery": gettext_noop("how it is taught"),
    "cost": gettext_noop("cost"),
    "months": gettext_noop("length"),
    "start": gettext_noop("next start"),
    "states": gettext_noop("states it is open to"),
    "roles": gettext_noop("roles it leads to"),
}


def _score_share(share: Scores) -> Scores:
    """How good it is to use this share of what one has: 1 up to 60 %, 0.8 for all of it."""
    return np.asarray(np.maximum(np.minimum(1.3 - 0.5 * share, 1.0), 0.8), dtype=np.float64)


class CostFit(Criterion):
    """Well inside the budget is best; at its edge is still good."""

    key = "cost"
    label = gettext_lazy("Cost")
    weight = 0.11

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        budget = profile.answers.budget_total
        if budget is None:
            return None
        total, _lowest = estimate_in_budget_currency(profile, snapshot, rows)
        fit = _score_share(total / max(budget, 1))
        fit[total > budget] = 0.5
        fit[total < 0] = np.nan
        return fit

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        estimate = offering.estimate
        return {
            "budget": profile.answers.budget_total,
            "total": estimate.total,
            "lowest": estimate.lowest,
            "currency": estimate.currency,
            "rate": estimate.rate.value,
            "not known": [each.value for each in estimate.missing],
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        as_of = offering.price_as_of.isoformat() if offering.price_as_of else ""
        source = ", ".join(filter(None, [offering.price_source, as_of]))
        return Reason(_explain_cost(profile, offering), source)


def _explain_cost(profile: MatchProfile, offering: OfferingFacts) -> str:
    """The estimate in words: total, the price it rests on, what is not known."""
    estimate = offering.estimate
    budget = profile.answers.budget_total
    if estimate.total is None:
        if estimate.unit_price is None:
            return _("The price is not published: ask.")
        return _("{price} per {basis}; how many there are is not published: ask.").format(
            price=format_money(int(estimate.unit_price), estimate.currency),
            basis=_(UNIT_WORDS[estimate.basis]),
        )
    cost = _(RATE_WORDS[estimate.rate]).format(
        total=format_money(estimate.total, estimate.currency)
    )
    if budget is not None and not offering.is_in_budget_currency:
        return _("{cost} Not compared with your budget in dollars.").format(cost=cost)
    if budget is not None and estimate.total > budget:
        low = format_money(estimate.lowest or 0, estimate.currency)
        text = _("{cost} Within your budget only if you can have it for {low}: ask.")
        return text.format(cost=cost, low=low)
    if estimate.fees is None:
        return _("{cost} Fees are not published: ask.").format(cost=cost)
    return cost


class TimeFit(Criterion):
    """Well inside the months one has is best; all of them is still good."""

    key = "time"
    label = gettext_lazy("Time")
    weight = 0.05

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        most = profile.answers.max_months
        if most is None:
            return None
        months = snapshot.months[rows]
        fit = _score_share(months / most)
        fit[months > most] = 0.4
        fit[months < 0] = np.nan
        return fit

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {"wanted at most": profile.answers.max_months, "months": offering.months}

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        months, most = offering.months, profile.answers.max_months
        if months is None:
            return Reason(_("How long it takes is not published: ask."))
        if most is None:
            return Reason(_("Length in months: {months}.").format(months=months))
        text = _("Length in months: {months}; you have {most}.")
        return Reason(text.format(months=months, most=most))


class StartFit(Criterion):
    """The sooner inside the wished months, the better."""

    key = "start"
    label = gettext_lazy("Next start")
    weight = 0.05

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        if profile.window is None:
            return None
        open_months = snapshot.on(profile.today).open_months[rows]
        first = lowest_month(open_months & np.uint64(profile.window_mask))
        waiting = first - max(0, min(profile.window[0], MAX_MONTH_BIT))
        return np.asarray(np.maximum(1 - 0.05 * waiting, 0.4))

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {
            "from": profile.answers.start_from,
            "by": profile.answers.start_by,
            "open starts": [day.isoformat() for day in offering.open_intakes],
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        if offering.next_start is None:
            return Reason(_("The next start is not published: ask."))
        day = date_format(offering.next_start, "DATE_FORMAT")
        return Reason(_("Next start: {day}.").format(day=day))


class DeliveryFit(Criterion):
    """Whether one can attend from where one lives."""

    key = "delivery"
    label = gettext_lazy("How and where it is taught")
    weight = 0.04

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        if not profile.delivery and profile.state is None and profile.country is None:
            return None
        kinds = snapshot.kinds[rows]
        fit = np.ones(len(kinds))
        if profile.country is not None:
            away = snapshot.country[rows] != profile.country
            if profile.state is not None:
                home = snapshot.home_state[rows]
                away |= (home != profile.state) & (home != NO_STATE)
                fit[(home == NO_STATE) & ~away] = np.nan
            is_hybrid = (kinds & np.uint16(DELIVERY_BITS["hybrid"])) != 0
            fit[away] = np.where(is_hybrid[away], 0.45, 0.3)
        fit[(kinds & np.uint16(DELIVERY_BITS["online"])) != 0] = 1.0
        fit[(kinds & np.uint16(ANY_DELIVERY)) == 0] = np.nan
        return fit

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {
            "wanted": list(profile.answers.delivery),
            "lives in": [profile.answers.state, profile.answers.country],
            "delivery": offering.delivery or None,
            "taught in": [offering.home_state or None, offering.country or None],
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        if not offering.delivery:
            return Reason(_("How it is taught is not published: ask."))
        if offering.delivery == Delivery.ONLINE:
            return Reason(_("Taught online."))
        how = Delivery(offering.delivery).label
        where = offering.home_state or offering.school.country
        return Reason(_("Taught {how} in {where}.").format(how=how, where=where))


class FactsPublished(Criterion):
    """How much of what one asked about is published: ``scoring`` counts that.

    When nothing was asked, the share of all main facts counts, which is this criterion's own score.
    """

    key = "facts"
    label = gettext_lazy("Facts published")
    weight = 0.13
    counts_as_fact = False

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        known = [
            (snapshot.kinds[rows] & np.uint16(ANY_DELIVERY)) != 0,
            snapshot.basis[rows] != 0,
            snapshot.months[rows] >= 0,
            snapshot.on(profile.today).open_months[rows] != 0,
            snapshot.states_known[rows],
            snapshot.mapped[rows],
        ]
        return np.asarray(np.add.reduce(known, axis=0, dtype=np.float64) / len(known))

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {"not published": list(offering.unknown)}

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        if score is None or score >= 1:
            return Reason(_("All facts that count here are published."))
        if not offering.unknown:
            return Reason(_("Not all facts that count here are published: ask."))
        facts = ", ".join(_(FACT_WORDS[key]) for key in offering.unknown)
        return Reason(_("Not published: {facts}. Ask.").format(facts=facts))
