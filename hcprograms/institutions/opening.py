"""When an institution is open: its hours, less its closures and, if it says so, public holidays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone
from django.utils.module_loading import import_string

from hcprograms.institutions.hours import ClosureRow, HoursRow, OpeningHours
from hcprograms.institutions.models import Institution


@dataclass(slots=True)
class Holiday:
    """A day off, in the shape of a closure."""

    first_day: date
    last_day: date
    name: str


def read_opening_hours(
    institution: Institution,
    *,
    hours: Iterable[HoursRow] | None = None,
    absences: Iterable[ClosureRow] = (),
) -> OpeningHours:
    """The office's hours, or somebody's own ``hours`` less their ``absences``, as of today."""
    return OpeningHours.from_rows(
        time_zone=institution.time_zone,
        hours=institution.office_hours.all() if hours is None else hours,
        closures=[*institution.closures.all(), *absences, *find_holidays(institution)],
    )


def find_holidays(institution: Institution) -> Sequence[Holiday]:
    """Public holidays of its country and state, from last year to three years on.

    None where the institution works on them, or where nobody knows them.
    """
    if not institution.closes_on_holidays:
        return ()
    this_year = timezone.now().year
    return _list_holidays(str(institution.country), institution.state, this_year)


@lru_cache(maxsize=200)
def _list_holidays(country: str, state: str, this_year: int) -> Sequence[Holiday]:
    """From the library ``holidays``, which knows days that are observed on another day too."""
    # By name: it takes a while to load, and most processes never ask.
    known = import_string("holidays.country_holidays")
    states = import_string("holidays.list_supported_countries")()
    if country not in states:
        return ()
    subdivision = state if state in states[country] else None
    years = range(this_year - 1, this_year + 4)
    found = known(country, subdiv=subdivision, years=years)
    return tuple(Holiday(day, day, str(name)) for day, name in sorted(found.items()))
