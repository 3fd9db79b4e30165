"""Free times as a page shows them: by day, in the time zone of the reader, a few days at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hcprograms.leads.appointments.words import known_zones, name_zone

DAYS_AT_ONCE = 5

IN_THE_STATES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


@dataclass(frozen=True, slots=True)
class Slot:
    """``value`` is the moment in UTC as ISO 8601, ``label`` the time on the reader's clock.

    ``zone`` is the short name of the reader's time zone at that moment, such as “CST”.
    """

    value: str
    label: str
    zone: str


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    slots: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class DaysPage:
    """``later`` and ``earlier`` are the first days of the neighbouring pages, as ISO dates."""

    days: Sequence[Day]
    earlier: str = ""
    later: str = ""


def describe_days(starts: Sequence[datetime], *, zone: ZoneInfo, first: date | None) -> DaysPage:
    """The days from ``first`` on that have free times, with the times in words."""
    local = [start.astimezone(zone) for start in starts]
    days = [(day, list(group)) for day, group in groupby(local, key=lambda at: at.date())]
    begin = next((n for n, (day, _group) in enumerate(days) if first and day >= first), 0)
    shown = days[begin : begin + DAYS_AT_ONCE]
    rest = days[begin + DAYS_AT_ONCE :]
    before = days[max(0, begin - DAYS_AT_ONCE) : begin]
    return DaysPage(
        days=[Day(_name_day(day), [_slot(at) for at in group]) for day, group in shown],
        earlier=before[0][0].isoformat() if before else "",
        later=rest[0][0].isoformat() if rest else "",
    )


def describe_zones(*, school: str) -> Sequence[tuple[str, Sequence[str]]]:
    """Time zones to choose from, in groups: the likely ones first."""
    likely = tuple(dict.fromkeys((school, *IN_THE_STATES)))
    return [
        (_("Often chosen"), likely),
        (_("All"), [one for one in known_zones() if one not in likely]),
    ]


def _name_day(day: date) -> str:
    return date_format(day, _("l, F j"))


def _slot(at: datetime) -> Slot:
    return Slot(
        value=at.astimezone(UTC).isoformat(),
        label=date_format(at, "TIME_FORMAT"),
        zone=name_zone(at),
    )
