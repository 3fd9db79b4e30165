"""Checking answers key by key: what may stand there, and what to say when something else does."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hcprograms.matching.texts import Text, gettext_noop, say
from hcprograms.matching.words import (
    CAHME,
    DELIVERIES,
    EDUCATIONS,
    INTEREST_RANGE,
    KEYS,
    LEVELS,
    MAX_BUDGET,
    MAX_MONTHS,
    MAX_ROLES,
    MAX_TRANSFER_CREDITS,
    MILITARY,
    Vocabulary,
)

_MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the answers."""

    key: str
    """The key as it was given; empty when the whole is wrong."""
    text: Text

    def __str__(self) -> str:
        return f"{self.key}: {self.text}" if self.key else str(self.text)


class AnswerReader:
    """Reads one key at a time and remembers what was wrong."""

    def __init__(self, vocabulary: Vocabulary, problems: list[Problem]) -> None:
        self.vocabulary = vocabulary
        self.problems = problems

    def read(self, key: str, value: object) -> Any:
        """The checked value; None when it says nothing or is wrong (then a problem is noted)."""
        if key not in KEYS:
            self._refuse(
                key[:60], gettext_noop("Unknown key. Allowed: {allowed}."), allowed=", ".join(KEYS)
            )
            return None
        if value is None:
            return None
        readers: dict[str, Callable[[str, object], Any]] = {
            "education": lambda k, v: self._word(k, v, EDUCATIONS),
            "levels": lambda k, v: self._words(k, v, LEVELS, most=len(LEVELS)),
            "interests": self._interests,
            "roles": lambda k, v: self._slugs(k, v, self.vocabulary.roles, most=MAX_ROLES),
            "country": self._country,
            "state": self._state,
            "delivery": lambda k, v: self._words(k, v, DELIVERIES, most=len(DELIVERIES)),
            "start_from": self._month,
            "start_by": self._month,
            "budget_total": lambda k, v: self._whole(k, v, 0, MAX_BUDGET),
            "max_months": lambda k, v: self._whole(k, v, 1, MAX_MONTHS),
            "cahme": lambda k, v: self._word(k, v, CAHME),
            "military": lambda k, v: self._word(k, v, MILITARY),
            "transfer_credits": lambda k, v: self._whole(k, v, 0, MAX_TRANSFER_CREDITS),
            "institution": self._institution,
        }
        return readers[key](key, value)

    def compare(self, values: dict[str, Any]) -> None:
        """Note answers that contradict each other; put in the country that a state implies."""
        start, end = values.get("start_from"), values.get("start_by")
        if start and end and end < start:
            self._refuse(
                "start_by",
                gettext_noop("{end} is before start_from ({start})."),
                end=end,
                start=start,
            )
        if state := values.get("state"):
            country = values.get("country", "US")
            known = self.vocabulary.states.get(country)
            if known is None:
                self._refuse(
                    "state",
                    gettext_noop("States of {country} are not used: leave it out."),
                    country=country,
                )
            elif state not in known:
                self._refuse(
                    "state",
                    gettext_noop("“{state}” is not a state of {country}. Allowed: {allowed}."),
                    state=state,
                    country=country,
                    allowed=", ".join(sorted(known)),
                )

    def _refuse(self, key: str, message: str, **params: object) -> None:
        self.problems.append(Problem(key, say(message, **params)))

    def _word(self, key: str, value: object, allowed: Sequence[str]) -> str | None:
        if isinstance(value, str) and value in allowed:
            return value
        self._refuse(
            key,
            gettext_noop("{value} is not allowed. Allowed: {allowed}."),
            value=_shown(value),
            allowed=", ".join(allowed),
        )
        return None

    def _listed(self, key: str, value: object, most: int) -> list[str] | None:
        if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
            self._refuse(key, gettext_noop("Give a list of words in quotes."))
            return None
        if len(value) > most:
            self._refuse(
                key,
                gettext_noop("{count} entries are too many: at most {most}."),
                count=len(value),
                most=most,
            )
            return None
        return list(dict.fromkeys(value))

    def _words(
        self, key: str, value: object, allowed: Sequence[str], *, most: int
    ) -> tuple[str, ...] | None:
        found = self._listed(key, value, most)
        if found is None:
            return None
        good = [word for word in found if self._word(key, word, allowed)]
        return tuple(sorted(good, key=allowed.index))

    def _slugs(
        self, key: str, value: object, known: frozenset[str], *, most: int
    ) -> tuple[str, ...] | None:
        found = self._listed(key, value, most)
        if found is None:
            return None
        for slug in found:
            if slug not in known:
                self._unknown(key, slug, known)
        return tuple(found)

    def _unknown(self, key: str, slug: object, known: Iterable[str]) -> None:
        names = sorted(known)
        allowed = ", ".join(names[:40]) + (", …" if len(names) > 40 else "")
        self._refuse(
            key,
            gettext_noop("{value} is not known. Known: {allowed}."),
            value=_shown(slug),
            allowed=allowed or "–",
        )

    def _interests(self, key: str, value: object) -> tuple[tuple[str, int], ...] | None:
        if not isinstance(value, Mapping):
            self._refuse(key, gettext_noop("Give an object: statement → a number from -2 to 2."))
            return None
        if len(value) > len(self.vocabulary.statements):
            for slug in [one for one in value if one not in self.vocabulary.statements][:1]:
                self._unknown(key, slug, self.vocabulary.statements)
            return None
        low, high = INTEREST_RANGE
        for slug, number in value.items():
            if slug not in self.vocabulary.statements:
                self._unknown(key, slug, self.vocabulary.statements)
            elif not _is_whole(number) or not low <= number <= high:
                self._refuse(
                    f"{key}.{slug}",
                    gettext_noop("{value} is not a whole number from {low} to {high}."),
                    value=_shown(number),
                    low=low,
                    high=high,
                )
        if not all(isinstance(slug, str) and _is_whole(number) for slug, number in value.items()):
            return None
        return tuple(sorted((slug, number) for slug, number in value.items()))

    def _country(self, key: str, value: object) -> str | None:
        if isinstance(value, str) and value in self.vocabulary.countries:
            return value
        self._refuse(
            key,
            gettext_noop("{value} is not a country: give two capital letters, such as US."),
            value=_shown(value),
        )
        return None

    def _state(self, key: str, value: object) -> str | None:
        if isinstance(value, str) and value and len(value) <= 10:
            return value
        self._refuse(
            key,
            gettext_noop("{value} is not a state: give its letters, such as TX."),
            value=_shown(value),
        )
        return None

    def _month(self, key: str, value: object) -> str | None:
        if isinstance(value, str) and _MONTH.fullmatch(value):
            return value
        self._refuse(
            key,
            gettext_noop("{value} is not a month from 2000-01 to 2199-12, such as 2027-09."),
            value=_shown(value),
        )
        return None

    def _whole(self, key: str, value: object, low: int, high: int) -> int | None:
        if _is_whole(value) and isinstance(value, int) and low <= value <= high:
            return value
        self._refuse(
            key,
            gettext_noop("{value} is not a whole number from {low} to {high}."),
            value=_shown(value),
            low=low,
            high=high,
        )
        return None

    def _institution(self, key: str, value: object) -> str | None:
        if isinstance(value, str) and value in self.vocabulary.institutions:
            return value
        self._refuse(
            key,
            gettext_noop("{value} is not an institution here: give its slug."),
            value=_shown(value),
        )
        return None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """The value as the visitor wrote it, cut to a length that fits into a message."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 60 else text[:59] + "…"
