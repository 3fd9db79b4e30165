"""What a site must know of a visitor's answers to rank: masks and numbers against one snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hcprograms.catalog.months import month_of, parse_month
from hcprograms.catalog.places import CLEAR
from hcprograms.matching.answers import EDUCATIONS, Answers
from hcprograms.matching.snapshot.columns import (
    ANY_LEVEL,
    DELIVERY_BITS,
    LEVEL_BITS,
    MAX_MONTH_BIT,
    Fact,
    Role,
    Snapshot,
)

ALL_MONTHS = (1 << 64) - 1
ELSEWHERE = -1
"""Index of a country or school that no offering is of."""

_AFTER_SCHOOL = ("certificate", "associate", "bachelor")
_AFTER_BACHELOR = (*_AFTER_SCHOOL, "postbaccalaureate", "master", "graduate_certificate")
REACH: Mapping[str, tuple[str, ...]] = {
    "high_school": _AFTER_SCHOOL,
    "some_college": _AFTER_SCHOOL,
    "associate": _AFTER_SCHOOL,
    "bachelor": _AFTER_BACHELOR,
    "master": (*_AFTER_BACHELOR, "doctorate"),
    "doctorate": (*_AFTER_BACHELOR, "doctorate"),
}
"""Education → levels that one may enter with it. More education never closes a door."""


@dataclass(frozen=True, slots=True)
class MatchProfile:
    """One person's answers in the codes of one snapshot, on one day."""

    answers: Answers
    today: date
    lean: float | None
    """+1 all for management … −1 all for administration; None: nothing said about it."""
    roles: Mapping[int, Role]
    """The wanted roles by their index."""
    reach: int
    """Bits of the levels that their education opens."""
    levels: int
    delivery: int
    state: int | None
    """Index of the state they live in; None: not said."""
    country: int | None
    """Index of the country they live in, or ``ELSEWHERE``; None: not said."""
    is_abroad: bool
    """They live outside the United States: the residents' price is not theirs."""
    window: tuple[int, int] | None
    """First and last month of the wished start, in months from today's; None: not said."""
    school: int | None
    schooling: tuple[Fact, ...]
    """What sources say of the education for the track that they clearly lean to."""

    @property
    def is_military(self) -> bool:
        return self.answers.military != "none"

    @property
    def window_mask(self) -> int:
        """The wished months as bits of ``open_months``."""
        if self.window is None:
            return ALL_MONTHS
        first, last = self.window
        return mask_until(last) & ~mask_until(min(first, MAX_MONTH_BIT) - 1)

    @property
    def clear_track(self) -> str:
        """The track that they clearly lean to; empty: none."""
        return name_clear_track(self.lean)


def build_profile(answers: Answers, snapshot: Snapshot, *, today: date) -> MatchProfile:
    """Translate checked answers into the codes of this snapshot."""
    names = snapshot.names
    country = answers.country or ("US" if answers.state else None)
    numbers = [snapshot.role_numbers.get(role) for role in answers.roles]
    lean = compute_lean(answers.interests, names.statements)
    return MatchProfile(
        answers=answers,
        today=today,
        lean=lean,
        roles={number: names.roles[number] for number in numbers if number is not None},
        reach=_mask(REACH[answers.education], LEVEL_BITS) if answers.education else ANY_LEVEL,
        levels=_mask(answers.levels, LEVEL_BITS) if answers.levels else ANY_LEVEL,
        delivery=_mask(answers.delivery, DELIVERY_BITS),
        state=names.states.index(answers.state) if answers.state in names.states else None,
        country=None
        if country is None
        else names.countries.index(country)
        if country in names.countries
        else ELSEWHERE,
        is_abroad=country is not None and country != "US",
        window=_read_window(answers, today),
        school=None
        if answers.institution is None
        else snapshot.school_numbers.get(answers.institution, ELSEWHERE),
        schooling=names.schooling.get(name_clear_track(lean), ()),
    )


def compute_lean(interests: tuple[tuple[str, int], ...], ends: Mapping[str, int]) -> float | None:
    """Agreement and disagreement summed up; a single statement never counts as certainty."""
    rated = [(number, ends[slug]) for slug, number in interests if slug in ends]
    if not rated:
        return None  # Statements rated in between are an answer, too: no lean either way.
    return sum(number * end for number, end in rated) / (sum(abs(n) for n, _ in rated) + 2)


def name_clear_track(lean: float | None) -> str:
    """The track of a clear lean; empty: none."""
    if lean is None or abs(lean) < CLEAR:
        return ""
    return "management" if lean > 0 else "administration"


def least_education(level: str) -> str:
    """The lowest education with which this level is within reach."""
    return next(education for education in EDUCATIONS if level in REACH[education])


def mask_until(month: int) -> int:
    """Bits of ``open_months`` for all months up to this one, counted from today's."""
    return (2 << min(month, MAX_MONTH_BIT)) - 1 & ALL_MONTHS if month >= 0 else 0


def _mask(words: tuple[str, ...], bits: Mapping[str, int]) -> int:
    return sum(bits[word] for word in words)


def _read_window(answers: Answers, today: date) -> tuple[int, int] | None:
    if not answers.start_from and not answers.start_by:
        return None
    now = month_of(today)
    first = parse_month(answers.start_from) - now if answers.start_from else 0
    last = parse_month(answers.start_by) - now if answers.start_by else max(first, MAX_MONTH_BIT)
    return first, last
