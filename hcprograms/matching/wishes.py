"""Answers made ready for arithmetic: masks and numbers against one catalog on one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import Answers
from hcprograms.matching.columns import ANY_LEVEL, DELIVERY_BITS, LEVEL_BITS, Columns, Day
from hcprograms.matching.costs import Index, Payer, estimate_costs
from hcprograms.matching.kept import kept
from hcprograms.matching.words import EDUCATIONS

MAX_MONTH_BIT = 63
ALL_MONTHS = (1 << 64) - 1
CLEAR_LEAN = 0.25
"""From here on an applicant's lean is called by its name."""

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
class Wishes:
    """One person's answers against one catalog."""

    answers: Answers
    today: date
    lean: float | None
    """+1 all for management … −1 all for administration; None: nothing said about it."""
    roles: tuple[int, ...]
    reach: int
    levels: int
    delivery: int
    state: int | None
    country: int | None
    """Index of the country they live in; −1: a country that no offering is in; None: not said."""
    window: tuple[int, int] | None
    """First and last month of the wished start, in months from today's; None: not said."""
    school: int | None
    payer: Payer

    @property
    def window_mask(self) -> int:
        """The wished months as bits of ``Day.open_months``; the last bit is “later than that”."""
        if self.window is None:
            return ALL_MONTHS
        first, last = (min(max(month, -1), MAX_MONTH_BIT) for month in self.window)
        return ALL_MONTHS & ((2 << last) - 1 if last >= 0 else 0) & ~((1 << max(first, 0)) - 1)


def make_wishes(*, answers: Answers, columns: Columns, today: date) -> Wishes:
    """Translate checked answers into the codes of this catalog."""
    names = columns.names
    country = answers.country or ("US" if answers.state else None)
    state = columns.state_numbers.get(answers.state or "")
    return Wishes(
        answers=answers,
        today=today,
        lean=_lean(answers.interests, names.statements),
        roles=tuple(
            columns.role_numbers[role] for role in answers.roles if role in columns.role_numbers
        ),
        reach=_mask(REACH[answers.education], LEVEL_BITS) if answers.education else ANY_LEVEL,
        levels=_mask(answers.levels, LEVEL_BITS) if answers.levels else ANY_LEVEL,
        delivery=_mask(answers.delivery, DELIVERY_BITS),
        state=state,
        country=None if country is None else _index(names.countries, country),
        window=_window(answers, today),
        school=None
        if answers.institution is None
        else columns.school_numbers.get(answers.institution, -1),
        payer=Payer(
            state=state,
            abroad=country is not None and country != "US",
            military=answers.military != "none",
            transfer_credits=answers.transfer_credits,
        ),
    )


def least_education(level: str) -> str:
    """The lowest education with which this level is within reach."""
    return next(education for education in EDUCATIONS if level in REACH[education])


def _lean(interests: tuple[tuple[str, int], ...], ends: Mapping[str, int]) -> float | None:
    """Agreement and disagreement summed up; a single statement never counts as certainty."""
    told = [(number, ends[slug]) for slug, number in interests if slug in ends]
    if not told:
        return None  # Sentences rated in between are an answer, too: no lean either way.
    said = sum(abs(number) for number, _ in told)
    return sum(number * end for number, end in told) / (said + 2)


def _mask(words: tuple[str, ...], bits: Mapping[str, int]) -> int:
    return sum(bits[word] for word in words)


def _index(words: Any, word: str) -> int:
    return words.index(word) if word in words else -1


def _window(answers: Answers, today: date) -> tuple[int, int] | None:
    if not answers.start_from and not answers.start_by:
        return None
    now = month_of(today)
    first = _months(answers.start_from) - now if answers.start_from else 0
    last = _months(answers.start_by) - now if answers.start_by else max(first, MAX_MONTH_BIT)
    return first, last


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_of(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def month_day(month: int) -> date:
    """The first day of a month counted since the year 0."""
    return date(month // 12, month % 12 + 1, 1)


class Rows:
    """Some rows of the catalog, seen with one person's eyes; each column is taken at most once."""

    def __init__(self, columns: Columns, index: Index, wishes: Wishes) -> None:
        self.columns = columns
        self.index = index
        self.wishes = wishes
        self.day: Day = columns.on(wishes.today)

    def __getattr__(self, name: str) -> NDArray[Any]:
        """A column of the catalog for these rows."""
        if name.startswith("_"):
            raise AttributeError(name)
        taken: NDArray[Any] = getattr(self.columns, name)[self.index]
        setattr(self, name, taken)
        return taken

    def __len__(self) -> int:
        return len(self.kinds)

    @kept
    def level_numbers(self) -> NDArray[np.intp]:
        """Index into ``LEVELS``."""
        taken: NDArray[np.intp] = _LEVEL_OF_KIND[self.kinds & ANY_LEVEL]
        return taken

    @kept
    def open_months(self) -> NDArray[np.uint64]:
        """Months with an intake that is still open, as bits."""
        taken: NDArray[np.uint64] = self.day.open_months[self.index]
        return taken

    @kept
    def cahme(self) -> NDArray[np.uint8]:
        """Code of CAHME's claim on this day."""
        taken: NDArray[np.uint8] = self.day.cahme[self.index]
        return taken

    @kept
    def costs(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Total and lowest cost for this person, comparable with a budget; −1: unknown."""
        total, lowest = estimate_costs(
            columns=self.columns, index=self.index, payer=self.wishes.payer
        )
        if self.columns.some_foreign_currency:
            foreign = self.currency != 0
            total, lowest = np.where(foreign, -1, total), np.where(foreign, -1, lowest)
        return total, lowest

    def role(self, number: int) -> NDArray[np.uint8]:
        """How strongly these rows lead to a role, in 1/``STRENGTH_SCALE``."""
        taken: NDArray[np.uint8] = self.columns.roles[number][self.index]
        return taken


_LEVEL_OF_KIND = np.zeros(ANY_LEVEL + 1, dtype=np.intp)
for _number in range(7):
    _LEVEL_OF_KIND[1 << _number] = _number


def lowest_month(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Number of the lowest bit that is set, NaN where none is."""
    lowest = bits & (~bits + np.uint64(1))
    return np.where(bits > 0, np.log2(np.maximum(lowest, 1).astype(np.float64)), np.nan)


def highest_month(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Number of the highest bit that is set, NaN where none is."""
    high = bits.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        high |= high >> np.uint64(shift)
    top = high ^ (high >> np.uint64(1))
    return np.where(bits > 0, np.log2(np.maximum(top, 1).astype(np.float64)), np.nan)
