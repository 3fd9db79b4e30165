"""Criteria about what a program takes: money, time, start, place; and what is known of it."""

from collections.abc import Mapping

import numpy as np

from hcprograms.matching.columns import DELIVERY_BITS, NO_STATE
from hcprograms.matching.criterion import Criterion, Reason, Scores
from hcprograms.matching.offering import DELIVERY_NAMES, OneOffering
from hcprograms.matching.texts import Day, Text, Words, gettext_noop, money, say
from hcprograms.matching.wishes import Rows, Wishes, lowest_month

_NO_LENGTH = Reason(say(gettext_noop("How long it takes is not published: ask.")))
_NO_START = Reason(say(gettext_noop("The next start is not published: ask.")))
_NO_DELIVERY_TOLD = Reason(say(gettext_noop("How it is taught is not published: ask.")))
_ONLINE = Reason(say(gettext_noop("Taught online.")))
_ALL_FACTS = Reason(say(gettext_noop("All facts that count here are published.")))
_SOME_FACTS = Reason(say(gettext_noop("Not all facts that count here are published: ask.")))


def _comfort(share: Scores) -> Scores:
    """How good it is to use this share of what one has: 1 up to 60 %, 0.8 for all of it."""
    return np.asarray(np.maximum(np.minimum(1.3 - 0.5 * share, 1.0), 0.8), dtype=np.float64)


class CostFit(Criterion):
    """Well inside the budget is best; at its edge is still good."""

    key = "cost"
    label = gettext_noop("Cost")
    weight = 0.11

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        budget = wishes.answers.budget_total
        if budget is None:
            return None
        total, _ = rows.costs
        fit = _comfort(total / max(budget, 1))
        fit[total > budget] = 0.5
        fit[total < 0] = np.nan
        return fit

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        estimate = offering.estimate
        return {
            "budget": wishes.answers.budget_total,
            "total": estimate.total,
            "lowest": estimate.lowest,
            "currency": estimate.currency,
            "rate": estimate.rate.value,
            "not known": [each.value for each in estimate.missing],
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        return Reason(cost_text(offering), _price_source(offering))


def cost_text(offering: OneOffering) -> Text:
    """The estimate in words: total, the price it rests on, what is not known."""
    estimate = offering.estimate
    budget = offering.wishes.answers.budget_total
    if estimate.total is None:
        if estimate.unit_price is None:
            return say(gettext_noop("The price is not published: ask."))
        return say(
            gettext_noop("{price} per {basis}; how many there are is not published: ask."),
            price=money(int(estimate.unit_price), estimate.currency),
            basis=say(_UNIT_WORDS[estimate.basis]),
        )
    text = say(
        _RATE_WORDS[estimate.rate.value],
        total=money(estimate.total, estimate.currency),
    )
    if offering.columns.currency[offering.row] != 0 and budget is not None:
        return say(gettext_noop("{cost} Not compared with your budget in dollars."), cost=text)
    if budget is not None and estimate.total > budget:
        low = money(estimate.lowest or 0, estimate.currency)
        return say(
            gettext_noop("{cost} Within your budget only if you can have it for {low}: ask."),
            cost=text,
            low=low,
        )
    if estimate.fees is None:
        return say(gettext_noop("{cost} Fees are not published: ask."), cost=text)
    return text


_UNIT_WORDS = {"credit": gettext_noop("credit"), "term": gettext_noop("term")}
_RATE_WORDS = {
    "standard": gettext_noop("About {total} in all for you."),
    "resident": gettext_noop("About {total} in all for you, at the residents’ price."),
    "military": gettext_noop("About {total} in all for you, at the military price."),
}


def _price_source(offering: OneOffering) -> str:
    day = offering.price_as_of
    said = [offering.price_source, day.isoformat() if day else ""]
    return ", ".join(part for part in said if part)


class TimeFit(Criterion):
    """Well inside the months one has is best; all of them is still good."""

    key = "time"
    label = gettext_noop("Time")
    weight = 0.05

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        most = wishes.answers.max_months
        if most is None:
            return None
        months = rows.months
        fit = _comfort(months / most)
        fit[months > most] = 0.4
        fit[months < 0] = np.nan
        return fit

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        return {"wanted at most": wishes.answers.max_months, "months": offering.months}

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if offering.months is None:
            return _NO_LENGTH
        months, most = offering.months, wishes.answers.max_months
        return offering.columns.recall(("time", months, most), lambda: _length(months, most))


def _length(months: int, most: int | None) -> Reason:
    if most is None:
        return Reason(say(gettext_noop("Length in months: {months}."), months=months))
    return Reason(
        say(gettext_noop("Length in months: {months}; you have {most}."), months=months, most=most)
    )


class StartFit(Criterion):
    """The sooner inside the wished months, the better."""

    key = "start"
    label = gettext_noop("Next start")
    weight = 0.05

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.window is None:
            return None
        first = lowest_month(rows.open_months & np.uint64(wishes.window_mask))
        waiting = first - max(0, min(wishes.window[0], 63))
        return np.asarray(np.maximum(1 - 0.05 * waiting, 0.4))

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        return {
            "from": wishes.answers.start_from,
            "by": wishes.answers.start_by,
            "open starts": [day.isoformat() for day in offering.open_intakes],
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        start = offering.next_start
        if start is None:
            return _NO_START
        return offering.columns.recall(
            ("start", start),
            lambda: Reason(say(gettext_noop("Next start: {day}."), day=Day(start))),
        )


class DeliveryFit(Criterion):
    """Whether one can attend from where one lives."""

    key = "delivery"
    label = gettext_noop("How and where it is taught")
    weight = 0.04

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if not wishes.delivery and wishes.state is None and wishes.country is None:
            return None
        online = (rows.kinds & np.uint16(DELIVERY_BITS["online"])) != 0
        hybrid = (rows.kinds & np.uint16(DELIVERY_BITS["hybrid"])) != 0
        unknown = (rows.kinds & np.uint16(sum(DELIVERY_BITS.values()))) == 0
        fit = np.ones(len(rows))
        if wishes.country is not None:
            away = rows.country != wishes.country
            if wishes.state is not None:
                home = rows.home_state
                away |= (home != wishes.state) & (home != NO_STATE)
                fit[(home == NO_STATE) & ~away] = np.nan
            fit[away] = np.where(hybrid[away], 0.45, 0.3)
        fit[online] = 1.0
        fit[unknown] = np.nan
        return fit

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        return {
            "wanted": list(wishes.answers.delivery),
            "lives in": [wishes.answers.state, wishes.answers.country],
            "delivery": offering.delivery or None,
            "taught in": [offering.home_state or None, offering.country or None],
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not offering.delivery:
            return _NO_DELIVERY_TOLD
        how = say(DELIVERY_NAMES[offering.delivery])
        if offering.delivery == "online":
            return _ONLINE
        where = offering.home_state or offering.school.country
        return Reason(say(gettext_noop("Taught {how} in {where}."), how=how, where=where))


class FactsPublished(Criterion):
    """How much of what one asked about is published. ``judging`` counts it from the others."""

    key = "facts"
    label = gettext_noop("Facts published")
    weight = 0.13
    counts_as_fact = False

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        known = [
            (rows.kinds & np.uint16(sum(DELIVERY_BITS.values()))) != 0,
            rows.basis != 0,
            rows.months >= 0,
            rows.open_months != 0,
            rows.states_known,
            rows.mapped,
        ]
        return np.asarray(np.add.reduce(known, axis=0, dtype=np.float64) / len(known))

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        return {"not published": list(offering.unknown)}

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if score is None or score >= 1:
            return _ALL_FACTS
        missing = Words(tuple(say(_FACT_WORDS[key]) for key in offering.unknown))
        if not offering.unknown:
            return _SOME_FACTS
        return Reason(say(gettext_noop("Not published: {facts}. Ask."), facts=missing))


_FACT_WORDS = {
    "delivery": gettext_noop("how it is taught"),
    "cost": gettext_noop("cost"),
    "months": gettext_noop("length"),
    "start": gettext_noop("next start"),
    "states": gettext_noop("states it is open to"),
    "roles": gettext_noop("roles it leads to"),
}
