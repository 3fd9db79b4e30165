"""The door to matching for Django: one call, with the catalog of the moment behind it.

numpy and everything built on it are imported on the first match, not at start-up.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

from django.db import connections
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext

from hcprograms.catalog.version import current_version
from hcprograms.conf import conf
from hcprograms.matching.answers import Answers
from hcprograms.matching.texts import speak_through
from hcprograms.matching.vocabulary import load_vocabulary
from hcprograms.matching.words import Vocabulary

if TYPE_CHECKING:
    from hcprograms.matching.columns import Columns
    from hcprograms.matching.criterion import Criterion
    from hcprograms.matching.directory.showing import Visit
    from hcprograms.matching.explaining import Account
    from hcprograms.matching.results import Ranking

Thing = TypeVar("Thing")

CHECK_SECONDS = 1.0
"""A process asks for the catalog's version at most this often."""
QUICK_SECONDS = 0.25
"""Up to here the request that notices a change rebuilds; beyond, a thread does."""

speak_through(
    language=get_language,
    translate=gettext,
    say_date=lambda day: date_format(day, "DATE_FORMAT"),
    say_month=lambda day: date_format(day, "YEAR_MONTH_FORMAT"),
)


def match(answers: Answers, *, today: date, limit: int = 10) -> "Ranking":
    """The best published offerings for these answers on this day, with reasons and near misses."""
    ranking = import_module("hcprograms.matching.ranking")
    found: Ranking = ranking.rank_offerings(
        answers,
        snapshots.current(),
        today=today,
        limit=limit,
        weights=conf.criteria_weights,
        criteria=criteria(),
    )
    return found


def browse(said: Iterable[tuple[str, str]], *, today: date) -> "Visit":
    """The page of the directory that these parameters of an address ask for on this day."""
    showing = import_module("hcprograms.matching.directory.showing")
    found: Visit = showing.visit(snapshots.current(), said, today=today)
    return found


def explain(answers: Answers, *, offering: str, today: date) -> "Account":
    """Every constraint and criterion of one published offering with its inputs, for staff.

    ``offering`` is its public id. Raises ``LookupError`` when it is not in the published catalog.
    """
    explaining = import_module("hcprograms.matching.explaining")
    found: Account = explaining.explain_offering(
        answers,
        snapshots.current(),
        offering=offering,
        today=today,
        weights=conf.criteria_weights,
        criteria=criteria(),
    )
    return found


def vocabulary() -> Vocabulary:
    """The words that answers may use; kept until the catalog changes."""
    return words.current()


def criteria() -> "Sequence[Criterion]":
    """The built-in criteria and those that the settings name."""
    return _criteria(tuple(conf.criteria))


@lru_cache(maxsize=4)
def _criteria(paths: tuple[str, ...]) -> "Sequence[Criterion]":
    built_in = import_module("hcprograms.matching.criteria").CRITERIA
    return (*built_in, *(import_string(path)() for path in paths))


def _load_columns(version: int) -> "Columns":
    loaded: Columns = import_module("hcprograms.matching.snapshot").load_columns(version=version)
    return loaded


class Kept(Generic[Thing]):
    """Something built from the catalog, kept by this process and replaced when the catalog changes.

    While a replacement is being built, everybody else goes on with the old one.
    """

    def __init__(self, build: Callable[[int], Thing]) -> None:
        self.build = build
        self.thing: Thing | None = None
        self.version = 0
        self.checked_at = 0.0
        self.took = 0.0
        self.building = threading.Lock()

    def forget(self) -> None:
        """Build anew at the next call, as a new process does."""
        self.thing = None

    def current(self) -> Thing:
        """The newest that is ready; at most ``CHECK_SECONDS`` (and one building) behind."""
        thing = self.thing
        if thing is None:
            with self.building:
                return self.thing if self.thing is not None else self._rebuild(current_version())
        if time.monotonic() - self.checked_at >= CHECK_SECONDS:
            self._check()
        return self.thing if self.thing is not None else thing

    def _check(self) -> None:
        self.checked_at = time.monotonic()
        version = current_version()
        if version == self.version or not self.building.acquire(blocking=False):
            return
        if self.took > QUICK_SECONDS:
            threading.Thread(target=self._rebuild_aside, args=[version], daemon=True).start()
            return
        try:
            self._rebuild(version)
        finally:
            self.building.release()

    def _rebuild(self, version: int) -> Thing:
        started = time.monotonic()
        self.thing = self.build(version)
        self.version = version
        self.checked_at = time.monotonic()
        self.took = self.checked_at - started
        return self.thing

    def _rebuild_aside(self, version: int) -> None:
        try:
            self._rebuild(version)
        finally:
            self.building.release()
            connections.close_all()


def _load_vocabulary(version: int) -> Vocabulary:
    return load_vocabulary()


snapshots: "Kept[Columns]" = Kept(_load_columns)
words: Kept[Vocabulary] = Kept(_load_vocabulary)


def forget() -> None:
    """Drop what this process keeps of the catalog; for tests that roll the database back."""
    snapshots.forget()
    words.forget()
