"""Sentences that are put together in the pure core and said in the reader's language at the edge.

A :class:`Text` keeps the English message and its parameters apart until somebody reads it. The
core stays free of Django: whoever runs it inside Django calls :func:`speak_through` once.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

T = TypeVar("T")

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def gettext_noop(message: str) -> str:
    """Mark a message for the translators' catalogue; it is translated when it is read."""
    return message


def _plain_date(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _plain_month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


@dataclass
class _Voice:
    language: Callable[[], str | None] = lambda: None
    translate: Callable[[str], str] = str
    say_date: Callable[[date], str] = _plain_date
    say_month: Callable[[date], str] = _plain_month


class _Here(threading.local):
    """What this thread has said already in the language of its block."""

    said: dict[tuple[object, object], str] | None = None


_voice = _Voice()
_here = _Here()
_said: dict[str | None, dict[tuple[object, object], str]] = {}
MOST_SAID = 5_000
"""Messages and dates that are remembered per language."""


def speak_through(
    *,
    language: Callable[[], str | None],
    translate: Callable[[str], str],
    say_date: Callable[[date], str],
    say_month: Callable[[date], str],
) -> None:
    """Use these to turn messages, days and months into words, in whatever language is active."""
    _voice.language = language
    _voice.translate = translate
    _voice.say_date = say_date
    _voice.say_month = say_month


@contextmanager
def one_language() -> Iterator[None]:
    """Say everything inside in the language active now: finding out which one takes its time."""
    before = _here.said
    if before is None:
        _here.said = _said.setdefault(_voice.language(), {})
        if len(_here.said) > MOST_SAID:
            _here.said.clear()
    try:
        yield
    finally:
        _here.said = before


def _say(how: Callable[[T], str], what: T) -> str:
    said = _here.said
    if said is None:
        return how(what)
    key = (how, what)
    words = said.get(key)
    if words is None:
        words = said[key] = how(what)
    return words


@dataclass(frozen=True, slots=True)
class Day:
    """A date that is said in full."""

    day: date

    def __str__(self) -> str:
        return _say(_voice.say_date, self.day)


@dataclass(frozen=True, slots=True)
class Month:
    """A date of which only month and year are said."""

    first_day: date

    def __str__(self) -> str:
        return _say(_voice.say_month, self.first_day)


class Text:
    """A message with parameters in braces; ``str()`` says it."""

    __slots__ = ("last", "message", "params")

    def __init__(self, message: str, params: Mapping[str, object]) -> None:
        self.message = message
        self.params = params
        self.last: tuple[object, str] | None = None
        """What was said last, and in which language: many texts are said to many people."""

    def __repr__(self) -> str:
        return f"<Text: {self}>"

    def __str__(self) -> str:
        said, last = _here.said, self.last
        if last is not None and last[0] is said and said is not None:
            return last[1]
        message = _say(_voice.translate, self.message)
        words = message.format(**self.params) if self.params else message
        self.last = said, words
        return words


@dataclass(frozen=True, slots=True)
class Words:
    """Several things in one breath: “online, hybrid”."""

    parts: tuple[object, ...]

    def __str__(self) -> str:
        return ", ".join(str(part) for part in self.parts)


def translated(message: str) -> str:
    """A message without parameters, in the reader's language."""
    return _say(_voice.translate, message)


def say(message: str, **params: object) -> Text:
    """A text from a message marked with :func:`gettext_noop` and its parameters."""
    return Text(message, params)


def money(amount: int, currency: str = "USD") -> str:
    """An amount as people write it: “$12,300”, or with the code of another currency."""
    return f"${amount:,}" if currency == "USD" else f"{currency} {amount:,}"
