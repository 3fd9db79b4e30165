"""Numbers over time: how far requests came, and how fast they were answered. Pure.

A line counts the requests *made* in the period and how far each has come until today. Response
times are business minutes; a request counts for the service level once it is answered or due.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

Step = Literal["day", "week", "month"]
STAGES = ("contacted", "appointment", "applied", "admitted", "enrolled")


@dataclass(frozen=True, slots=True)
class Fact:
    """One request. ``stage`` is the furthest place in the way of a lead (0: new).

    ``is_within`` is whether the service level was kept; None while that is open.
    """

    day: date
    form: Hashable = None
    source: str = ""
    advisor: Hashable = None
    programs: Sequence[Hashable] = ()
    stage: int = 0
    minutes: int | None = None
    is_within: bool | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How often a form was seen and begun on a day."""

    day: date
    form: Hashable
    source: str
    views: int
    starts: int


@dataclass(frozen=True, slots=True)
class Grouping:
    """What requests are told apart by. ``key_of_use`` None: views and starts are not known so."""

    keys_of: Callable[[Fact], Sequence[Hashable]]
    key_of_use: Callable[[Use], Hashable] | None = None


@dataclass(slots=True)
class Line:
    """The numbers of one group. ``views`` and ``starts`` None: not known by this group."""

    key: Hashable
    views: int | None = 0
    starts: int | None = 0
    submits: int = 0
    reached: list[int] = field(default_factory=lambda: [0] * len(STAGES))
    minutes: list[int] = field(default_factory=list)
    within: int = 0
    judged: int = 0

    def add(self, fact: Fact) -> None:
        self.submits += 1
        for number in range(min(fact.stage, len(STAGES))):
            self.reached[number] += 1
        if fact.minutes is not None:
            self.minutes.append(fact.minutes)
        if fact.is_within is not None:
            self.judged += 1
            self.within += fact.is_within

    def add_use(self, use: Use) -> None:
        if self.views is not None and self.starts is not None:
            self.views += use.views
            self.starts += use.starts

    @property
    def median(self) -> float | None:
        return quantile(self.minutes, 0.5)

    @property
    def p90(self) -> float | None:
        return quantile(self.minutes, 0.9)

    @property
    def share_within(self) -> float | None:
        return self.within / self.judged if self.judged else None


def quantile(values: Sequence[int], share: float) -> float | None:
    """The value below which ``share`` of them lie, between neighbours by their distance."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def group(facts: Iterable[Fact], uses: Iterable[Use], by: Grouping) -> list[Line]:
    """One line per key, the longest first."""
    lines: dict[Hashable, Line] = {}

    def line(key: Hashable) -> Line:
        if key not in lines:
            lines[key] = _begin_line(key, has_uses=by.key_of_use is not None)
        return lines[key]

    for fact in facts:
        for key in by.keys_of(fact):
            line(key).add(fact)
    if by.key_of_use is not None:
        for use in uses:
            line(by.key_of_use(use)).add_use(use)
    return sorted(lines.values(), key=lambda one: (-one.submits, str(one.key)))


def narrow(
    facts: Iterable[Fact], uses: Iterable[Use], by: Grouping, *, is_wanted: Callable[[Any], bool]
) -> tuple[list[Fact], list[Use] | None]:
    """Those of the groups whose key is wanted; None where uses are not known by group."""
    found = [one for one in facts if any(is_wanted(key) for key in by.keys_of(one))]
    if by.key_of_use is None:
        return found, None
    return found, [one for one in uses if is_wanted(by.key_of_use(one))]


def by_time(
    facts: Iterable[Fact], uses: Iterable[Use] | None, *, first: date, last: date, step: Step
) -> list[Line]:
    """One line per day, week or month of the period in order, empty ones too."""
    steps = list_steps(first, last, step)
    lines = {start: _begin_line(start, has_uses=uses is not None) for start in steps}
    for fact in facts:
        lines[begin(fact.day, step)].add(fact)
    for use in uses or ():
        lines[begin(use.day, step)].add_use(use)
    return list(lines.values())


def by_time_and_group(
    facts: Iterable[Fact], uses: Iterable[Use], by: Grouping, *, first: date, last: date, step: Step
) -> list[tuple[date, list[Line]]]:
    """The lines of the groups in each step in order; in a step without anything there are none."""
    parts: dict[date, tuple[list[Fact], list[Use]]] = {
        start: ([], []) for start in list_steps(first, last, step)
    }
    for fact in facts:
        parts[begin(fact.day, step)][0].append(fact)
    for use in uses:
        parts[begin(use.day, step)][1].append(use)
    return [(start, group(*part, by)) for start, part in parts.items()]


def list_steps(first: date, last: date, step: Step) -> list[date]:
    found: list[date] = []
    day = first
    while day <= last:
        start = begin(day, step)
        if not found or found[-1] != start:
            found.append(start)
        day += timedelta(days=1)
    return found


def begin(day: date, step: Step) -> date:
    """The first day of the week (Monday) or month that this day is in."""
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def total(facts: Iterable[Fact], uses: Iterable[Use] | None) -> Line:
    line = _begin_line("total", has_uses=uses is not None)
    for fact in facts:
        line.add(fact)
    for use in uses or ():
        line.add_use(use)
    return line


def _begin_line(key: Hashable, *, has_uses: bool) -> Line:
    return Line(key) if has_uses else Line(key, None, None)
