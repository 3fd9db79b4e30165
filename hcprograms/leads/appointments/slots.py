"""Which times can be booked: inside the hours, away from what is booked, not too soon. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

GRID = timedelta(minutes=5)
"""What bookings are made of: lengths, pauses and starts are multiples of it."""

MAX_SLOTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``length`` of an appointment, ``pause`` kept free after it, starts every ``step``.

    All are multiples of five minutes. ``zone`` is whose full hours the starts are counted from.
    """

    length: timedelta
    pause: timedelta
    step: timedelta
    zone: ZoneInfo


def find_free(
    *,
    openings: Iterable[tuple[datetime, datetime]],
    taken: Iterable[datetime],
    rules: Rules,
    earliest: datetime,
    latest: datetime,
) -> list[datetime]:
    """The starts from ``earliest`` up to ``latest`` that can be booked, in UTC, ascending.

    ``openings`` are (start, end) in order; the pause may run over the end of one. ``taken`` are
    the five-minute cells that are booked, pauses included. At most ``MAX_SLOTS``.
    """
    booked = frozenset(taken)

    def starts() -> Iterator[datetime]:
        for opens, closes in openings:
            if opens > latest:
                return
            for start in _steps(max(opens, earliest), rules):
                if start > latest or start + rules.length > closes:
                    break
                if booked.isdisjoint(cells_of(start=start, rules=rules)):
                    yield start

    return list(islice(starts(), MAX_SLOTS))


def cells_of(*, start: datetime, rules: Rules) -> list[datetime]:
    """The five-minute cells that an appointment takes, its pause included."""
    count = (rules.length + rules.pause) // GRID
    return [start + number * GRID for number in range(count)]


def _steps(first: datetime, rules: Rules) -> Iterator[datetime]:
    """Starts from ``first`` on, at full steps of the wall clock's hour."""
    local = first.astimezone(rules.zone)
    into_hour = timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    start = first + (-into_hour) % rules.step
    while True:
        yield start
        start += rules.step
