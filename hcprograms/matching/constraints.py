"""Hard constraints: an offering that fails one is no match. Unknown is not no.

Each constraint belongs to one key of the answers. It fails rows only on published facts; it can
say which complete new value of its key would let an offering in, and how big that change is
(budgets and months as a share, months of waiting as a share of a year, the rest as rough steps).
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import (
    ANY_LEVEL,
    CLAIM_CODES,
    DELIVERY_BITS,
    NO_DELIVERY,
)
from hcprograms.matching.offering import DELIVERY_NAMES, LEVEL_NAMES, LEVEL_PHRASES, OneOffering
from hcprograms.matching.texts import Month, Text, Words, gettext_noop, money, say
from hcprograms.matching.wishes import (
    Rows,
    Wishes,
    highest_month,
    least_education,
    lowest_month,
    month_day,
    month_of,
)
from hcprograms.matching.words import DELIVERIES, EDUCATIONS, LEVELS

Mask = NDArray[np.bool_]
EDUCATION_NAMES = {
    "high_school": gettext_noop("a high school diploma"),
    "some_college": gettext_noop("some college"),
    "associate": gettext_noop("an associate degree"),
    "bachelor": gettext_noop("a bachelor’s degree"),
    "master": gettext_noop("a master’s degree"),
    "doctorate": gettext_noop("a doctorate"),
}


class Constraint(ABC):
    """One way to be out."""

    key: ClassVar[str]
    """The key of the answers that asks for it."""
    step: ClassVar[float] = 1.0
    """How big a change it is to give this up, where that is no number of its own."""

    @abstractmethod
    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        """The rows that are out on published facts; None when the answers do not ask for it."""

    @abstractmethod
    def needs(self, wishes: Wishes, offering: OneOffering) -> Any:
        """The complete new value of the key that lets this offering in; None: there is none."""

    @abstractmethod
    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        """Why this offering fails, and what would change that."""

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        """How big the change is, for rows that fail."""
        return np.full(len(rows), self.step)


class WithinReach(Constraint):
    key = "education"

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.reach == ANY_LEVEL:
            return None
        return _mask((rows.kinds & np.uint16(wishes.reach)) == 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> str:
        return least_education(offering.level)

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("For {level} one needs {education} first; you named {own}."),
            level=say(LEVEL_PHRASES[offering.level]),
            education=say(EDUCATION_NAMES[least_education(offering.level)]),
            own=say(EDUCATION_NAMES[wishes.answers.education or "high_school"]),
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        own = EDUCATIONS.index(wishes.answers.education or "high_school")
        steps = [EDUCATIONS.index(least_education(level)) - own for level in LEVELS]
        taken: NDArray[np.float64] = np.asarray(steps, dtype=np.float64)[rows.level_numbers]
        return taken


class LevelAskedFor(Constraint):
    key = "levels"
    step = 0.6

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.levels == ANY_LEVEL:
            return None
        return _mask((rows.kinds & np.uint16(wishes.levels)) == 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> list[str]:
        wanted = {*wishes.answers.levels, offering.level}
        return [level for level in LEVELS if level in wanted]

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Its level: {level}. You asked for: {levels}."),
            level=say(LEVEL_NAMES[offering.level]),
            levels=Words(tuple(say(LEVEL_NAMES[level]) for level in wishes.answers.levels)),
        )


class StateAllowed(Constraint):
    key = "state"
    step = 2.0

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.state is None:
            return None
        return _mask((rows.states & np.uint64(1 << wishes.state)) == 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> str | None:
        """The state it is taught in, else the first allowed one; None where no state is allowed."""
        allowed = offering.states or ()
        return offering.home_state if offering.home_state in allowed else next(iter(allowed), None)

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Not open to residents of {state}."), state=wishes.answers.state or ""
        )


class International(Constraint):
    key = "country"
    step = 3.0

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.country is None:
            return None
        return _mask((rows.international == 2) & (rows.country != wishes.country))

    def needs(self, wishes: Wishes, offering: OneOffering) -> str | None:
        """Its own country; None for people who named a state, which would no longer fit."""
        return None if wishes.answers.state else offering.school.country or None

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Open only to people who live in its own country ({country})."),
            country=offering.school.country,
        )


class DeliveryAccepted(Constraint):
    key = "delivery"
    step = 0.5

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if not wishes.delivery or wishes.delivery == sum(DELIVERY_BITS.values()):
            return None
        return _mask((rows.kinds & np.uint16(wishes.delivery | NO_DELIVERY)) == 0)

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

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.window is None:
            return None
        inside = (rows.open_months & np.uint64(wishes.window_mask)) != 0
        return _mask(~inside & (rows.open_months != 0))

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

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        budget = wishes.answers.budget_total
        return None if budget is None else rows.costs[1] > budget

    def needs(self, wishes: Wishes, offering: OneOffering) -> int | None:
        return offering.estimate.lowest

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        cost, budget = offering.estimate.lowest or 0, wishes.answers.budget_total or 0
        return say(
            gettext_noop("Costs you about {cost} in all: {over} more than your budget."),
            cost=money(cost),
            over=money(cost - budget),
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        budget = max(1, wishes.answers.budget_total or 0)
        return np.asarray(rows.costs[1] / budget - 1)


class MonthsEnough(Constraint):
    key = "max_months"

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        most = wishes.answers.max_months
        return None if most is None else rows.months > most

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


class CahmeRequired(Constraint):
    """The one that unknown fails: required means a current claim on this very offering."""

    key = "cahme"
    step = 0.4

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.answers.cahme != "required":
            return None
        return rows.cahme < CLAIM_CODES["probation"]

    def needs(self, wishes: Wishes, offering: OneOffering) -> str:
        return "preferred"

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        if offering.level != "master":
            return say(gettext_noop("CAHME accredits master’s programs only."))
        if any(claim.accreditor == "cahme" for claim in offering.claims):
            return say(gettext_noop("A candidate for CAHME accreditation is not accredited."))
        return say(gettext_noop("No current CAHME accreditation on record for this offering."))


class InstitutionNamed(Constraint):
    key = "institution"
    step = 1.5

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        return None if wishes.school is None else rows.school != wishes.school

    def needs(self, wishes: Wishes, offering: OneOffering) -> str:
        return offering.school.slug

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(gettext_noop("Offered by {school}."), school=offering.school.name)


CONSTRAINTS: tuple[Constraint, ...] = (
    WithinReach(),
    LevelAskedFor(),
    DeliveryAccepted(),
    InstitutionNamed(),
    StateAllowed(),
    International(),
    MonthsEnough(),
    CahmeRequired(),
    StartWindow(),
    BudgetEnough(),
)
"""In the order in which they are checked: cheap ones first."""


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


def failed_key(constraint: Constraint, wishes: Wishes, offering: OneOffering) -> str:
    """The key of the answers to change; only a start window has two."""
    if isinstance(constraint, StartWindow):
        return nearest_start(wishes, offering)[0]
    return constraint.key


def changed(wishes: Wishes, key: str, value: Any) -> Answers:
    """The answers with one key changed, as a near miss proposes."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value}
    return replace(wishes.answers, **values)


def _mask(condition: Any) -> Mask:
    return np.asarray(condition, dtype=np.bool_)


def _up_to(month: int) -> int:
    """Bits of all months up to this one; none for a month that is over."""
    return (2 << min(month, 63)) - 1 & (1 << 64) - 1 if month >= 0 else 0
