"""Hard constraints about a person's circumstances: delivery, start, budget, time."""

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import DELIVERY_BITS, NO_DELIVERY
from hcprograms.matching.constraint import Constraint, Mask, as_mask
from hcprograms.matching.offering import DELIVERY_NAMES, OneOffering
from hcprograms.matching.texts import Month, Text, Words, gettext_noop, money, say
from hcprograms.matching.wishes import (
    Rows,
    Wishes,
    highest_month,
    lowest_month,
    month_day,
    month_of,
)
from hcprograms.matching.words import DELIVERIES


class DeliveryAccepted(Constraint):
    key = "delivery"
    step = 0.5

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if not wishes.delivery or wishes.delivery == sum(DELIVERY_BITS.values()):
            return None
        return as_mask((rows.kinds & np.uint16(wishes.delivery | NO_DELIVERY)) == 0)

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if not wishes.delivery or wishes.delivery == sum(DELIVERY_BITS.values()):
            return None
        return as_mask((rows.kinds & np.uint16(NO_DELIVERY)) != 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> list[str]:
        wanted = {*wishes.answers.delivery, offering.delivery}
        return [delivery for delivery in DELIVERIES if delivery in wanted]

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Taught {delivery}. You asked for: {wanted}."),
            delivery=say(DELIVERY_NAMES[offering.delivery]),
            wanted=Words(tuple(say(DELIVERY_NAMES[each]) for each in wishes.answers.delivery)),
        )


class StartWindow(Constraint):
    """An open start in the wished months. The key is the end of the window that is nearer."""

    key = "start_by"
    step = 0.08

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.window is None:
            return None
        inside = (rows.open_months & np.uint64(wishes.window_mask)) != 0
        return as_mask(~inside & (rows.open_months != 0))

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        return None if wishes.window is None else as_mask(rows.open_months == 0)

    def asked_key(self, wishes: Wishes) -> str:
        return self.key if wishes.answers.start_by else "start_from"

    def needs(self, wishes: Wishes, offering: OneOffering) -> str | None:
        _, start = nearest_start(wishes, offering)
        return f"{start // 12:04d}-{start % 12 + 1:02d}"

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        _, start = nearest_start(wishes, offering)
        return say(
            gettext_noop("The nearest start is in {month}, outside the months you named."),
            month=Month(month_day(start)),
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        first, last = wishes.window or (0, 0)
        later = lowest_month(rows.open_months & ~np.uint64(_up_to(last))) - last
        earlier = first - highest_month(rows.open_months & np.uint64(_up_to(first - 1)))
        return np.asarray(np.fmin(later, earlier) / 12)


class BudgetEnough(Constraint):
    key = "budget_total"
    step = 0.0

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        budget = wishes.answers.budget_total
        return None if budget is None else rows.costs[1] > budget

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        """No price, no fees, or a price that only some people with these answers pay."""
        budget = wishes.answers.budget_total
        if budget is None:
            return None
        total, lowest = rows.costs
        in_doubt = (total > budget) & (lowest <= budget)
        return as_mask((total < 0) | (rows.fees < 0) | in_doubt)

    def needs(self, wishes: Wishes, offering: OneOffering) -> int | None:
        return offering.estimate.total

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        cost, budget = offering.estimate.total or 0, wishes.answers.budget_total or 0
        return say(
            gettext_noop("Costs you about {cost} in all: {over} more than your budget."),
            cost=money(cost),
            over=money(cost - budget),
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        budget = max(1, wishes.answers.budget_total or 0)
        return np.asarray(rows.costs[0] / budget - 1)


class MonthsEnough(Constraint):
    key = "max_months"
    step = 0.0

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        most = wishes.answers.max_months
        return None if most is None else rows.months > most

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        return None if wishes.answers.max_months is None else as_mask(rows.months < 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> int | None:
        return offering.months

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        most = wishes.answers.max_months or 0
        return say(
            gettext_noop("Takes {months} months; you wanted {most} at most."),
            months=offering.months,
            most=most,
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        return np.asarray(rows.months / (wishes.answers.max_months or 1) - 1)


def nearest_start(wishes: Wishes, offering: OneOffering) -> tuple[str, int]:
    """The key to change and the month (counted from year 0) that lets this offering in."""
    now = month_of(wishes.today)
    first, last = (now + month for month in wishes.window or (0, 0))
    months = [month_of(day) for day in offering.open_intakes]
    later = min((month for month in months if month > last), default=None)
    earlier = max((month for month in months if month < first), default=None)
    if later is not None and (earlier is None or later - last <= first - earlier):
        return "start_by", later
    return "start_from", earlier if earlier is not None else now


def _up_to(month: int) -> int:
    """Bits of all months up to this one; none for a month that is over."""
    return (2 << min(month, 63)) - 1 & (1 << 64) - 1 if month >= 0 else 0
