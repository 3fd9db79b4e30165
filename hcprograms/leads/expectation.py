"""What an applicant may expect: when the office is open, who answers and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution, Weekday
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class HoursLine:
    """“Monday – Friday”, “9 a.m. – 5 p.m.”"""

    days: str
    hours: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """``opens_at`` is the next opening in the institution's own time; None when open or unknown."""

    advisor: str
    is_open: bool
    opens_at: datetime | None


def expect_answer(*, lead: Lead, now: datetime) -> Expectation:
    institution = lead.institution
    hours = OpeningHours.from_rows(
        time_zone=institution.time_zone,
        hours=institution.office_hours.all(),
        closures=institution.closures.all(),
    )
    opening = hours.next_opening(now)
    is_open = opening is not None and opening <= now
    return Expectation(
        advisor=lead.assigned_to.display_name if lead.assigned_to else "",
        is_open=is_open,
        opens_at=None if opening is None or is_open else opening.astimezone(hours.zone),
    )


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
