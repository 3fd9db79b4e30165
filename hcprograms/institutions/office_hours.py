"""An institution's published office hours, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from hcprograms.institutions.models import Institution, Weekday


@dataclass(frozen=True, slots=True)
class HoursLine:
    """“Monday – Friday”, “9 a.m. – 5 p.m.”"""

    days: str
    hours: str


def describe_office_hours(*, institution: Institution) -> list[HoursLine]:
    """Published hours, neighbouring days with the same hours in one line."""
    rows = institution.office_hours.all()
    per_day = {
        day: tuple((row.opens, row.closes) for row in rows if row.weekday == day)
        for day in Weekday.values
    }
    lines = []
    for spans, group in groupby(Weekday.values, key=lambda day: per_day[day]):
        days = list(group)
        if spans:
            lines.append(HoursLine(_name_days(days), _say_hours(spans)))
    return lines


def _name_days(days: Sequence[int]) -> str:
    first, last = str(Weekday(days[0]).label), str(Weekday(days[-1]).label)
    if len(days) == 1:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _say_hours(spans: Sequence[tuple[time, time]]) -> str:
    return ", ".join(f"{time_format(opens)} – {time_format(closes)}" for opens, closes in spans)
