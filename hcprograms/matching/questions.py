"""The words of the matching form: its answers, its groups, the order of its statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hcprograms.catalog.models.reference import InterestStatement

SCALE = [
    ("-2", _("Not me")),
    ("-1", _("Rather not me")),
    ("0", _("In between")),
    ("1", _("Rather me")),
    ("2", _("Very much me")),
]
EDUCATION = [
    ("", _("Choose …")),
    ("high_school", _("High school")),
    ("some_college", _("Some college, no degree yet")),
    ("associate", _("Associate degree")),
    ("bachelor", _("Bachelor’s degree")),
    ("master", _("Master’s degree")),
    ("doctorate", _("Doctorate")),
]
MILITARY = [
    ("", _("None, or I prefer not to say")),
    ("active_duty", _("Active duty")),
    ("veteran", _("Veteran")),
    ("spouse", _("Spouse of a service member or veteran")),
    ("eligible", _("Otherwise eligible for military benefits")),
]
CAHME = [
    ("required", _("Only programs that CAHME accredits")),
    ("preferred", _("I prefer programs that CAHME accredits")),
    ("any", _("It does not matter to me")),
]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one heading; with scripts each group is a step."""

    legend: Any
    intro: Any
    names: Sequence[str]


def in_turn(statements: Iterable[InterestStatement]) -> list[InterestStatement]:
    """One of each track in turn, so that nobody sees a block that is all of one kind."""
    tracks: dict[str, list[InterestStatement]] = {}
    for one in statements:
        tracks.setdefault(one.track, []).append(one)
    turns = zip_longest(*tracks.values())
    return [one for turn in turns for one in turn if one]


def country_choices() -> list[tuple[str, Any]]:
    """All countries by name, the United States first."""
    home = [(code, name) for code, name in countries if code == "US"]
    return [("", _("Choose …")), *home, *(each for each in countries if each[0] != "US")]
