"""Steps of a sequence as values: when each is due, and on which conditions. Pure.

Times count from the moment at which the person asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from hcprograms.institutions.hours import OpeningHours


class Unit(StrEnum):
    """What a step's delay is counted in."""

    MINUTES = "minutes"
    BUSINESS = "business"
    DAYS = "days"


class To(StrEnum):
    """Whom a step tells."""

    APPLICANT = "applicant"
    ADVISOR = "advisor"
    OTHER_ADVISOR = "other"
    ALL_ADVISORS = "all"
    MANAGER = "manager"
    SYSTEM = "system"


class Says(StrEnum):
    """What a step is; the values but the last are purposes of follow-ups."""

    CONFIRMATION = "confirmation"
    ALERT = "alert"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    NEWS = "news"
    EVENT = "event"


NUDGES = frozenset({Says.REMINDER, Says.ESCALATION})
TO_APPLICANT = frozenset({Says.CONFIRMATION, Says.NEWS})

EMAIL = "email"
WEBHOOK = "webhook"


class Answered(StrEnum):
    """Whether it matters that an advisor has answered."""

    EITHER = ""
    NOT_YET = "no"
    ALREADY = "yes"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold when the message is sent; each empty one always holds.

    ``consent`` is a channel (``email``, ``call``, ``text``) whose consent is in force; of
    ``programs`` (ids) one must have been asked about.
    """

    answered: Answered = Answered.EITHER
    consent: str = ""
    statuses: frozenset[str] = frozenset()
    programs: frozenset[int] = frozenset()

    def freeze(self) -> dict[str, Any] | None:
        """As JSON for a row; None when there is no condition."""
        kept: dict[str, Any] = {
            "answered": self.answered.value,
            "consent": self.consent,
            "statuses": sorted(self.statuses),
            "programs": sorted(self.programs),
        }
        return {name: value for name, value in kept.items() if value} or None

    @classmethod
    def thaw(cls, frozen: Mapping[str, Any] | None) -> "Conditions":
        """What :meth:`freeze` froze."""
        kept = frozen or {}
        return cls(
            answered=Answered(kept.get("answered", "")),
            consent=kept.get("consent", ""),
            statuses=frozenset(kept.get("statuses", ())),
            programs=frozenset(kept.get("programs", ())),
        )

    def excludes(self, other: "Conditions") -> bool:
        """Whether hardly any lead meets both."""
        return bool(
            {self.answered, other.answered} == {Answered.NOT_YET, Answered.ALREADY}
            or _disjoint(self.statuses, other.statuses)
            or _disjoint(self.programs, other.programs)
        )


def _disjoint(one: frozenset[Any], other: frozenset[Any]) -> bool:
    return bool(one and other) and not one & other


@dataclass(frozen=True, slots=True)
class Step:
    """One message that a sequence plans for every lead.

    ``amount`` counts ``unit``; days end ``at`` a local time. ``number`` is lasting: rows name
    their step by it. ``template`` is the key of a text; empty: the one for what it ``says``.
    """

    number: int
    says: Says
    to: To
    amount: int = 0
    unit: Unit = Unit.MINUTES
    at: time | None = None
    channel: str = EMAIL
    template: str = ""
    conditions: Conditions = Conditions()

    def due_at(self, start: datetime, *, hours: OpeningHours) -> datetime:
        """When it is due for somebody who asked at ``start``, in UTC."""
        if self.unit is Unit.DAYS:
            return hours.after_days(start, days=self.amount, at=self.at or time())
        if self.unit is Unit.BUSINESS:
            return hours.add_business_minutes(start, self.amount)
        return start + timedelta(minutes=self.amount)


def list_default_steps(*, remind_after: Sequence[int]) -> tuple[Step, ...]:
    """The built-in sequence: confirmation and alerts at once, then reminders of the unanswered.

    ``remind_after`` are business minutes, ascending: the first time the one who has the lead is
    reminded, the last time the manager is told, in between somebody else.
    """
    at_once = (
        Step(0, Says.CONFIRMATION, To.APPLICANT),
        Step(0, Says.ALERT, To.ALL_ADVISORS),
    )
    return at_once + tuple(
        _nudge(number, after, is_last=number == len(remind_after))
        for number, after in enumerate(remind_after, start=1)
    )


def _nudge(number: int, after: int, *, is_last: bool) -> Step:
    if number == 1:
        return Step(number, Says.REMINDER, To.ADVISOR, after, Unit.BUSINESS)
    if is_last:
        return Step(number, Says.ESCALATION, To.MANAGER, after, Unit.BUSINESS)
    return Step(number, Says.REMINDER, To.OTHER_ADVISOR, after, Unit.BUSINESS)
