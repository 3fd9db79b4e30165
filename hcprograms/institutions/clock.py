"""One clock for all hosts of a site: the database's, where a host's own is wrong.

Due times are written by one host and read by another. A worker two hours slow would send nothing
for two hours; a web server two hours fast would have its advisors told two hours late.
"""

import logging
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils import timezone

logger = logging.getLogger(__name__)

TOLERANCE = timedelta(seconds=5)
"""Closer than this nobody minds, and the host's own clock is read as it is."""
COMPARED_FOR_SECONDS = 60.0


class _Correction:
    """What to add to this host's clock, and when that was found out."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value = timedelta()
        self.found_at: float | None = None

    def is_fresh(self) -> bool:
        return self.found_at is not None and time.monotonic() - self.found_at < COMPARED_FOR_SECONDS


_correction = _Correction()


def read_clock() -> datetime:
    """The present moment.

    Costs no query, but for the first time in a process: what it writes down must be right already.
    """
    if _correction.found_at is None and connection.vendor == "postgresql":
        with suppress(Error):  # who needs the database will hear of it
            connection.ensure_connection()
    return timezone.now() + _correction.value


def compare_clocks() -> timedelta:
    """Ask the database for the time, at most once a minute; return what to add to this host's.

    Only a database on a host of its own can disagree: SQLite has no clock but ours.
    """
    if connection.vendor == "postgresql":
        connection.ensure_connection()  # which compares, too
    with _correction.lock:
        if connection.vendor != "postgresql" or _correction.is_fresh():
            return _correction.value
        with connection.cursor() as cursor:
            before = timezone.now()
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone()
        difference = theirs - (before + (timezone.now() - before) / 2)
        _note(difference if abs(difference) > TOLERANCE else timedelta())
        return _correction.value


def _note(value: timedelta) -> None:
    if value and abs(value - _correction.value) > TOLERANCE:
        seconds = value.total_seconds()
        logger.warning("This host's clock and the database's differ by %.0f s.", seconds)
    _correction.value, _correction.found_at = value, time.monotonic()


@receiver(connection_created, dispatch_uid="hcprograms.compare_clocks")
def compare_on_connecting(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """A process knows the time before it first writes one down."""
    if connection.alias == "default":
        compare_clocks()
