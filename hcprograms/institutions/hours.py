"""Business time: when an office is open, across closures, midnight and changes of the clock.

Pure: a value made of rows answers every question; the moment is passed in. Moments are aware
datetimes and come back in UTC.

On the day the clock changes, an hour that happens twice is opened at its first occurrence and
closed at its second, and an hour that never happens is the moment of the change. An office that
never opens (no hours, or closed for ever) has no business time: there, minutes are plain minutes
of the clock, so that a reminder is late rather than lost.
"""

import logging
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
LAST_DAY = date.max - 3 * DAY  # leaves room for time zones and hours past midnight


class HoursRow(Protocol):
    """What is read of :class:`~hcprograms.institutions.models.OfficeHours`."""

    weekday: int
    opens: time
    closes: time


class ClosureRow(Protocol):
    """What is read of :class:`~hcprograms.institutions.models.Closure`."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Stretch:
    """Open on one weekday from ``opens``; ``closes`` at or before it is on the next day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The published hours of one office in its time zone."""

    zone: ZoneInfo
    stretches: tuple[Stretch, ...] = ()
    closures: tuple[tuple[date, date], ...] = ()
    _days: "dict[date, list[tuple[datetime, datetime]]]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """The openings that begin on a day, as far as they were asked for."""

    @classmethod
    def from_rows(
        cls, *, time_zone: str, hours: Iterable[HoursRow], closures: Iterable[ClosureRow] = ()
    ) -> "OpeningHours":
        """Build the value; a time zone that no longer exists is read as UTC and logged."""
        return cls(
            zone=read_zone(time_zone),
            stretches=tuple(Stretch(row.weekday, row.opens, row.closes) for row in hours),
            closures=tuple(sorted((row.first_day, row.last_day) for row in closures)),
        )

    def is_open(self, at: datetime) -> bool:
        return self.next_opening(at) == at.astimezone(UTC)

    def ever_opens(self, after: datetime) -> bool:
        """Whether there is any business time from this moment on."""
        return next(self._openings(after), None) is not None

    def next_opening(self, at: datetime) -> datetime | None:
        """This very moment when open, else the next opening; None if there will be none."""
        return next((start for start, _end in self._openings(at.astimezone(UTC))), None)

    def business_minutes_between(self, start: datetime, end: datetime) -> float:
        """Minutes of business time from ``start`` to ``end``; 0 when ``end`` comes first."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if not self.ever_opens(start):
            return max(end - start, timedelta()) / timedelta(minutes=1)
        total = timedelta()
        for opens, closes in self._openings(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total / timedelta(minutes=1)

    def add_business_minutes(self, start: datetime, minutes: float) -> datetime:
        """The moment at which ``minutes`` of business time have passed since ``start``.

        0 minutes give the next opening. When the office stops opening for ever on the way, the
        rest is counted by the clock.
        """
        left, at = timedelta(minutes=minutes), start.astimezone(UTC)
        for opens, closes in self._openings(at):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
            at = closes
        return at + left

    def after_days(self, start: datetime, *, days: int, at: time) -> datetime:
        """The local time ``at`` so many days of the calendar later, open or not.

        An hour that happens twice is meant the first time, one that is skipped is the moment of
        the change.
        """
        day = start.astimezone(self.zone).date() + days * DAY
        return self.locate(datetime.combine(day, at))

    def locate(self, local: datetime) -> datetime:
        """The UTC moment of a naive local time; the moment of the change for a skipped one."""
        return self._moment(local.replace(tzinfo=self.zone))

    def happens_twice(self, local: datetime) -> bool:
        """Whether the clock shows this naive local time twice."""
        first, second = (
            local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        return first < second

    def without(self, absences: Iterable[tuple[date, date]]) -> "OpeningHours":
        """The same hours, closed on these days too, each given with its first and last day."""
        return replace(self, closures=tuple(sorted([*self.closures, *absences])))

    def opens_on(self, day: date) -> bool:
        """Whether an opening begins on this local day."""
        is_working = next(self._working_days(day), None) == day
        return is_working and any(one.weekday == day.weekday() for one in self.stretches)

    def openings(self, after: datetime, *, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """(start, end) of what is left of the openings, in order, of those begun by ``until``."""
        for start, end in self._openings(after.astimezone(UTC)):
            if start > until:
                return
            yield start, end

    def _openings(self, after: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the openings from this moment on, in order, never overlapping."""
        until = after
        for start, end in self._raw_openings(after.astimezone(self.zone).date() - 2 * DAY):
            if end > until:
                yield max(start, until), end
                until = end

    def _raw_openings(self, first_day: date) -> Iterator[tuple[datetime, datetime]]:
        if not self.stretches:
            return
        for day in self._working_days(first_day):
            if day not in self._days:
                self._days[day] = list(self._find_spans(day))
            yield from self._days[day]

    def _find_spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for stretch in sorted(self.stretches, key=lambda stretch: stretch.opens):
            if stretch.weekday != day.weekday():
                continue
            last = day + DAY if stretch.closes <= stretch.opens else day
            start = self._moment(datetime.combine(day, stretch.opens, self.zone))
            end = self._moment(datetime.combine(last, stretch.closes, self.zone).replace(fold=1))
            if start < end:
                yield start, end

    def _working_days(self, day: date) -> Iterator[date]:
        """Days outside closures; a closure is skipped in one step, however long."""
        closures = iter(self.closures)
        closure = next(closures, None)
        while day <= LAST_DAY:
            while closure and closure[1] < day:
                closure = next(closures, None)
            if closure and closure[0] <= day:
                day = min(closure[1], LAST_DAY) + DAY
            else:
                yield day
                day += DAY

    def _moment(self, local: datetime) -> datetime:
        """The UTC moment of a local time; the moment of the change for one that was skipped."""
        there = local.astimezone(UTC)
        wall = local.replace(tzinfo=None, fold=0)
        if there.astimezone(self.zone).replace(tzinfo=None, fold=0) == wall:
            return there
        early = local.replace(fold=1).astimezone(UTC)
        late = local.replace(fold=0).astimezone(UTC)
        seconds = bisect_left(
            range(int((late - early).total_seconds())),
            True,
            key=lambda n: self._wall(early + timedelta(seconds=n)) >= wall,
        )
        return early + timedelta(seconds=seconds)

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None, fold=0)


def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of this name; None where there is none, or none any more."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def read_zone(name: str) -> ZoneInfo:
    """The time zone of this name; UTC, and a line in the log, for one that no longer exists."""
    found = find_zone(name)
    if found is None:
        logger.warning("Unknown time zone %r: hours are read as UTC.", name)
    return found or ZoneInfo("UTC")
