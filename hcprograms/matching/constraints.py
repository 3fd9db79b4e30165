"""Hard constraints: an offering that fails one is no match. Unknown is neither yes nor no.

Each constraint belongs to one key of the answers. It fails rows only on published facts; it says
of which rows the facts are not published, so that these are not counted as fitting; and it can
say which complete new value of its key would let an offering in, and how big that change is
(budgets and months as a share, months of waiting as a share of a year, the rest as rough steps).
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from hcprograms.catalog.models.choices import Delivery, Level
from hcprograms.catalog.months import format_month, month_of, name_month
from hcprograms.catalog.prices import format_money
from hcprograms.matching.answers import DELIVERIES, EDUCATIONS, LEVELS, Answers
from hcprograms.matching.costs import estimate_in_budget_currency
from hcprograms.matching.criteria.career import LEVEL_PHRASES, score_levels
from hcprograms.matching.profile import MatchProfile, least_education, mask_until
from hcprograms.matching.snapshot.columns import (
    ANY_DELIVERY,
    ANY_LEVEL,
    CLAIM_CODES,
    LEVEL_OF_KIND,
    NO_DELIVERY,
    Index,
    Snapshot,
    highest_month,
    lowest_month,
)
from hcprograms.matching.snapshot.offering import OfferingFacts

Mask = NDArray[Any]
Distances = NDArray[np.float64]

EDUCATION_PHRASES = {
    "high_school": gettext_noop("a high school diploma"),
    "some_college": gettext_noop("some college"),
    "associate": gettext_noop("an associate degree"),
    "bachelor": gettext_noop("a bachelor’s degree"),
    "master": gettext_noop("a master’s degree"),
    "doctorate": gettext_noop("a doctorate"),
}


class ConstraintResult(NamedTuple):
    """What one constraint says of some rows."""

    fails: Mask
    """The rows that are out on published facts."""
    unknown: Mask | None = None
    """The rows of which no published fact says whether they fail; None: all of them say so."""


class Constraint(ABC):
    """One way to be out."""

    key: ClassVar[str]
    """The key of the answers that asks for it."""
    step: ClassVar[float] = 1.0
    """How big a change it is at least; 0 where it can be as small as one likes."""
    affects_others: ClassVar[bool] = False
    """Whether changing this answer may make the offering fail another constraint."""

    @abstractmethod
    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        """The rows that are out, and those of which it is not known.

        None when the answers do not ask for it.
        """

    def asked_key(self, profile: MatchProfile) -> str:
        """The key of the answers that asked for it."""
        return self.key

    def failed_key(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        """The key of the answers whose change lets this offering in."""
        return self.key

    @abstractmethod
    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> Any:
        """The complete new value of that key; None: there is none."""

    @abstractmethod
    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        """Why this offering fails, and what would change that."""

    def distance(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Distances:
        """How big the change is, for rows that fail."""
        return np.full(len(snapshot.kinds[rows]), self.step)


class EducationConstraint(Constraint):
    """One's education opens the level."""

    key = "education"

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.reach == ANY_LEVEL:
            return None
        return ConstraintResult((snapshot.kinds[rows] & np.uint16(profile.reach)) == 0)

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return least_education(offering.level)

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return _("For {level} one needs {education} first; you named {own}.").format(
            level=_(LEVEL_PHRASES[offering.level]),
            education=_(EDUCATION_PHRASES[least_education(offering.level)]),
            own=_(EDUCATION_PHRASES[profile.answers.education or EDUCATIONS[0]]),
        )

    def distance(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Distances:
        own = EDUCATIONS.index(profile.answers.education or EDUCATIONS[0])
        steps = [float(EDUCATIONS.index(least_education(level)) - own) for level in LEVELS]
        return _by_level(steps, snapshot, rows)


class LevelConstraint(Constraint):
    key = "levels"
    step = 0.6

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.levels == ANY_LEVEL:
            return None
        return ConstraintResult((snapshot.kinds[rows] & np.uint16(profile.levels)) == 0)

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> list[str]:
        wanted = {*profile.answers.levels, offering.level}
        return [level for level in LEVELS if level in wanted]

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return _("Its level: {level}. You asked for: {levels}.").format(
            level=Level(offering.level).label,
            levels=", ".join(str(Level(level).label) for level in profile.answers.levels),
        )

    def distance(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Distances:
        """The less sensible the other level, the farther away it is."""
        fits = score_levels(profile.answers.education, profile.lean) or (1.0,) * len(LEVELS)
        return _by_level([self.step + 1 - fit for fit in fits], snapshot, rows)


class DeliveryConstraint(Constraint):
    key = "delivery"
    step = 0.5

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.delivery in (0, ANY_DELIVERY):
            return None
        kinds = snapshot.kinds[rows]
        return ConstraintResult(
            (kinds & np.uint16(profile.delivery | NO_DELIVERY)) == 0,
            (kinds & np.uint16(NO_DELIVERY)) != 0,
        )

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> list[str]:
        wanted = {*profile.answers.delivery, offering.delivery}
        return [delivery for delivery in DELIVERIES if delivery in wanted]

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return _("Taught {delivery}. You asked for: {wanted}.").format(
            delivery=Delivery(offering.delivery).label,
            wanted=", ".join(str(Delivery(each).label) for each in profile.answers.delivery),
        )


class InstitutionConstraint(Constraint):
    key = "institution"
    step = 1.5

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.school is None:
            return None
        return ConstraintResult(snapshot.school[rows] != profile.school)

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return offering.school.slug

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return _("Offered by {school}.").format(school=offering.school.name)


class StateConstraint(Constraint):
    key = "state"
    step = 2.0
    affects_others = True

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.state is None:
            return None
        is_open = (snapshot.states[rows] & np.uint64(1 << profile.state)) != 0
        return ConstraintResult(~is_open, ~snapshot.states_known[rows])

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> str | None:
        """The state it is taught in, else the first allowed one; None where no state is allowed."""
        allowed = offering.states or ()
        return offering.home_state if offering.home_state in allowed else next(iter(allowed), None)

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return _("Not open to residents of {state}.").format(state=profile.answers.state or "")


class CountryConstraint(Constraint):
    key = "country"
    step = 3.0
    affects_others = True

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.country is None:
            return None
        lives_elsewhere = snapshot.country[rows] != profile.country
        international = snapshot.international[rows]
        return ConstraintResult(
            lives_elsewhere & (international == 2), lives_elsewhere & (international == 0)
        )

    def asked_key(self, profile: MatchProfile) -> str:
        return self.key if profile.answers.country else "state"

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> str | None:
        """Its own country; None for people who named a state, which would no longer fit."""
        return None if profile.answers.state else offering.school.country or None

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        text = _("Open only to people who live in its own country ({country}).")
        return text.format(country=offering.school.country)


class MonthsConstraint(Constraint):
    key = "max_months"
    step = 0.0

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        most = profile.answers.max_months
        if most is None:
            return None
        months = snapshot.months[rows]
        return ConstraintResult(months > most, months < 0)

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> int | None:
        return offering.months

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return _("Takes {months} months; you wanted {most} at most.").format(
            months=offering.months, most=profile.answers.max_months or 0
        )

    def distance(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Distances:
        return np.asarray(snapshot.months[rows] / (profile.answers.max_months or 1) - 1)


class CahmeConstraint(Constraint):
    """The one that unknown fails: required means a current claim on this very offering."""

    key = "cahme"
    step = 0.4

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.answers.cahme != "required":
            return None
        cahme = snapshot.on(profile.today).cahme[rows]
        return ConstraintResult(cahme < CLAIM_CODES["probation"])

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return "preferred"

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        if offering.level != "master":
            return _("CAHME accredits master’s programs only.")
        if any(claim.accreditor == "cahme" for claim in offering.claims):
            return _("A candidate for CAHME accreditation is not accredited.")
        return _("No current CAHME accreditation on record for this offering.")


class StartConstraint(Constraint):
    """An open start in the wished months. The key is the end of the window that is nearer."""

    key = "start_by"
    step = 0.08

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        if profile.window is None:
            return None
        open_months = snapshot.on(profile.today).open_months[rows]
        is_unknown = open_months == 0
        is_inside = (open_months & np.uint64(profile.window_mask)) != 0
        return ConstraintResult(~is_inside & ~is_unknown, is_unknown)

    def asked_key(self, profile: MatchProfile) -> str:
        return "start_by" if profile.answers.start_by else "start_from"

    def failed_key(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return self._find_nearest(profile, offering)[0]

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        return format_month(self._find_nearest(profile, offering)[1])

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        text = _("The nearest start is in {month}, outside the months you named.")
        return text.format(month=name_month(self.needs(profile, offering)))

    def distance(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Distances:
        first, last = profile.window or (0, 0)
        open_months = snapshot.on(profile.today).open_months[rows]
        later = lowest_month(open_months & ~np.uint64(mask_until(last))) - last
        earlier = first - highest_month(open_months & np.uint64(mask_until(first - 1)))
        return np.asarray(np.fmin(later, earlier) / 12)

    def _find_nearest(self, profile: MatchProfile, offering: OfferingFacts) -> tuple[str, int]:
        """The key to change, and the month that lets this offering in."""
        now = month_of(profile.today)
        first, last = (now + month for month in profile.window or (0, 0))
        months = [month_of(day) for day in offering.open_intakes]
        later = min((month for month in months if month > last), default=None)
        earlier = max((month for month in months if month < first), default=None)
        if later is not None and (earlier is None or later - last <= first - earlier):
            return "start_by", later
        return "start_from", earlier if earlier is not None else now


class BudgetConstraint(Constraint):
    key = "budget_total"
    step = 0.0

    def check(
        self, profile: MatchProfile, snapshot: Snapshot, rows: Index
    ) -> ConstraintResult | None:
        budget = profile.answers.budget_total
        if budget is None:
            return None
        total, lowest = estimate_in_budget_currency(profile, snapshot, rows)
        # No price, no fees, or a price that only some people with these answers pay.
        is_unknown = (total < 0) | (snapshot.fees[rows] < 0)
        return ConstraintResult(lowest > budget, is_unknown | (total > budget) & (lowest <= budget))

    def needs(self, profile: MatchProfile, offering: OfferingFacts) -> int | None:
        return offering.estimate.total

    def explain(self, profile: MatchProfile, offering: OfferingFacts) -> str:
        cost, budget = offering.estimate.total or 0, profile.answers.budget_total or 0
        return _("Costs you about {cost} in all: {over} more than your budget.").format(
            cost=format_money(cost), over=format_money(cost - budget)
        )

    def distance(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Distances:
        total, _lowest = estimate_in_budget_currency(profile, snapshot, rows)
        return np.asarray(total / max(1, profile.answers.budget_total or 0) - 1)


CONSTRAINTS: tuple[Constraint, ...] = (
    EducationConstraint(),
    LevelConstraint(),
    DeliveryConstraint(),
    InstitutionConstraint(),
    StateConstraint(),
    CountryConstraint(),
    MonthsConstraint(),
    CahmeConstraint(),
    StartConstraint(),
    BudgetConstraint(),
)


def change_answer(answers: Answers, key: str, value: Any) -> Answers:
    """The answers with one key changed, as a near miss proposes."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value}
    return replace(answers, **values)


def _by_level(values: list[float], snapshot: Snapshot, rows: Index) -> Distances:
    """The value of each row's level."""
    found: Distances = np.asarray(values)[LEVEL_OF_KIND[snapshot.kinds[rows] & ANY_LEVEL]]
    return found
