"""Matching for all of Django: one call, with the catalog of the moment behind it."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date

from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

from hcprograms.catalog.version import current_version
from hcprograms.conf import conf
from hcprograms.institutions.error_reporting import format_error
from hcprograms.matching.answers import Answers, Vocabulary
from hcprograms.matching.criteria import CRITERIA
from hcprograms.matching.criteria.base import Criterion
from hcprograms.matching.directory.search import Directory, build_directory
from hcprograms.matching.explanations import Explanation, explain_offering
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.results import Ranking
from hcprograms.matching.snapshot.columns import Snapshot
from hcprograms.matching.snapshot.loader import load_snapshot, load_vocabulary

logger = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
"""A process asks for the catalog's version at most this often."""
QUICK_SECONDS = 0.25
"""Up to here the request that notices a change rebuilds; beyond, a thread does."""


def match(answers: Answers, *, today: date, limit: int = 10) -> Ranking:
    """The best published offerings for these answers on this day, with reasons and near misses."""
    return rank_offerings(
        answers,
        snapshots.current(),
        today=today,
        limit=limit,
        weights=conf.criteria_weights,
        criteria=list_criteria(),
    )


def explain(answers: Answers, *, offering: str, today: date) -> Explanation:
    """Every constraint and criterion of one published offering with its inputs, for staff.

    ``offering`` is its public id. Raises ``LookupError`` when it is not in the published catalog.
    """
    return explain_offering(
        answers,
        snapshots.current(),
        offering=offering,
        today=today,
        weights=conf.criteria_weights,
        criteria=list_criteria(),
    )


def directory(*, today: date) -> Directory:
    """The directory of all published programs on this day."""
    return snapshots.directory(today)


def vocabulary() -> Vocabulary:
    """The words that answers may use.

    Forms need no more than these: a process that has no snapshot yet reads them by themselves, and
    keeps nobody who opens a form waiting for the whole catalog.
    """
    if snapshots.snapshot is None:
        return load_vocabulary()
    return snapshots.current().vocabulary


def list_criteria() -> Sequence[Criterion]:
    """The built-in criteria and those that the settings name."""
    return (*CRITERIA, *(import_string(path)() for path in conf.criteria))


class SnapshotCache:
    """The snapshot of this process, replaced when the catalog changes.

    While a replacement is being loaded, and where it cannot be, everybody goes on with the old one.
    """

    def __init__(self, load: Callable[..., Snapshot] = load_snapshot) -> None:
        self.load = load
        self.snapshot: Snapshot | None = None
        self.version = 0
        self.checked_at = 0.0
        self.took = 0.0
        self.loading = threading.Lock()
        self.newest_directory: Directory | None = None

    def forget(self) -> None:
        """Load anew at the next call, as a new process does."""
        self.snapshot = self.newest_directory = None

    def current(self) -> Snapshot:
        """The newest that is ready; at most ``CHECK_SECONDS`` (and one loading) behind."""
        snapshot = self.snapshot
        if snapshot is None:
            with self.loading:
                return self.snapshot if self.snapshot is not None else self._load(current_version())
        if time.monotonic() - self.checked_at >= CHECK_SECONDS:
            self._check()
        return self.snapshot if self.snapshot is not None else snapshot

    def directory(self, today: date) -> Directory:
        """The directory of the current snapshot on this day; built once per snapshot and day."""
        snapshot, found = self.current(), self.newest_directory
        if found is None or found.snapshot is not snapshot or found.today != today:
            found = self.newest_directory = build_directory(snapshot, today=today)
        return found

    def _check(self) -> None:
        self.checked_at = time.monotonic()
        version = current_version()
        if version == self.version or not self.loading.acquire(blocking=False):
            return
        if self.took > QUICK_SECONDS:
            threading.Thread(target=self._load_in_thread, daemon=True).start()
            return
        try:
            self._load(version)
        except DatabaseError:
            raise  # the request's own queries fail too
        except Exception as error:
            _log_failure(error)
        finally:
            self.loading.release()

    def _load(self, version: int) -> Snapshot:
        started = time.monotonic()
        self.snapshot = self.load(version=version)
        self.version = version
        self.checked_at = time.monotonic()
        self.took = self.checked_at - started
        return self.snapshot

    def _load_in_thread(self) -> None:
        try:
            # Read here: the request may be in a transaction that no other connection sees yet.
            self._load(current_version())
        except Exception as error:
            _log_failure(error)
        finally:
            self.loading.release()
            connections.close_all()


def _log_failure(error: Exception) -> None:
    logger.error("The catalog's snapshot could not be refreshed: %s", format_error(error))


snapshots = SnapshotCache()


def forget() -> None:
    """Drop what this process keeps of the catalog; for tests that roll the database back."""
    snapshots.forget()
