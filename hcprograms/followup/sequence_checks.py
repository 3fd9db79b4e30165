"""What is wrong with a sequence as a whole. Pure.

The promise is that every lead is told to an advisor and confirmed to the applicant, soon and
whatever the conditions; and nobody is mailed again and again within minutes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from hcprograms.followup.steps import EMAIL, Answered, Conditions, Says, Step, To, Unit

MOST_STEPS = 20
SOON_MINUTES = 60
"""The first alert and the confirmation may be put off by so many minutes and no more."""
STAFF_APART, APPLICANT_APART = 5, 60
"""Minutes between two messages to the same person of the staff, and to the applicant."""


class Flaw(StrEnum):
    TOO_MANY = "too_many"
    TELLS_NO_ADVISOR = "tells_no_advisor"
    CONFIRMS_NOTHING = "confirms_nothing"
    TOO_CLOSE = "too_close"
    TWO_CONFIRMATIONS = "two_confirmations"
    NEVER_MET = "never_met"


@dataclass(frozen=True, slots=True)
class Found:
    """A flaw, and the steps that have it, by their places in the sequence (from 0)."""

    flaw: Flaw
    places: tuple[int, ...] = ()


def find_flaws(steps: Sequence[Step]) -> list[Found]:
    """Everything that is wrong; empty for a sequence that may be used."""
    found = [Found(Flaw.TOO_MANY)] if len(steps) > MOST_STEPS else []
    if not any(_tells_advisor(step) for step in steps):
        found.append(Found(Flaw.TELLS_NO_ADVISOR))
    if not any(_confirms(step) for step in steps):
        found.append(Found(Flaw.CONFIRMS_NOTHING))
    confirming = [n for n, step in enumerate(steps) if step.says is Says.CONFIRMATION]
    if len(confirming) > 1:
        found.append(Found(Flaw.TWO_CONFIRMATIONS, tuple(confirming)))
    found += [Found(Flaw.NEVER_MET, (n,)) for n in _never_met(steps)]
    return [*found, *(Found(Flaw.TOO_CLOSE, pair) for pair in _too_close(steps))]


def _tells_advisor(step: Step) -> bool:
    to_advisor = step.to in (To.ADVISOR, To.ALL_ADVISORS)
    soon = step.unit is not Unit.DAYS and step.amount <= SOON_MINUTES
    return step.says is Says.ALERT and to_advisor and soon and _is_sure(step)


def _confirms(step: Step) -> bool:
    soon = step.unit is Unit.MINUTES and step.amount <= SOON_MINUTES
    return step.says is Says.CONFIRMATION and soon and _is_sure(step)


def _is_sure(step: Step) -> bool:
    """By email, and on no condition."""
    return step.channel == EMAIL and step.conditions == Conditions()


def _never_met(steps: Iterable[Step]) -> Iterator[int]:
    """Steps whose conditions contradict what they are: a reminder once somebody has answered."""
    for place, step in enumerate(steps):
        nudges = step.says in (Says.REMINDER, Says.ESCALATION)
        if nudges and step.conditions.answered is Answered.ALREADY:
            yield place


def _too_close(steps: Sequence[Step]) -> Iterator[tuple[int, int]]:
    for (first, one), (second, other) in combinations(enumerate(steps), 2):
        apart = APPLICANT_APART if one.to is To.APPLICANT else STAFF_APART
        if _reach_the_same(one, other) and _minutes_between(one, other) < apart:
            yield first, second


def _reach_the_same(one: Step, other: Step) -> bool:
    """Whether one person may get both."""
    if To.SYSTEM in (one.to, other.to) or one.conditions.excludes(other.conditions):
        return False
    pair = {one.to, other.to}
    return len(pair) == 1 or (To.ALL_ADVISORS in pair and pair <= _ADVISORS)


_ADVISORS = {To.ADVISOR, To.OTHER_ADVISOR, To.ALL_ADVISORS}


def _minutes_between(one: Step, other: Step) -> float:
    """At their closest: while the office is open, its minutes are those of the clock."""
    by_day = [step.unit is Unit.DAYS for step in (one, other)]
    if by_day[0] != by_day[1]:
        return float("inf")
    return abs(_offset(one) - _offset(other))


def _offset(step: Step) -> int:
    if step.unit is not Unit.DAYS or step.at is None:
        return step.amount
    return step.amount * 24 * 60 + step.at.hour * 60 + step.at.minute
