"""Telling the worker after a commit that something is due. A hint only: the sweep works without.

A visitor's form never waits for it: a thread of its own gives the hint, one for all that came
close together. After a failure, or two slow successes in a row, there is a pause before the next.
"""

import logging
import threading
import time

from django.db import connections
from django.utils.module_loading import import_string

from hcprograms.conf import conf

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 15.0
SLOW_SECONDS = 0.3
# Between two hints of one process; what comes meanwhile shares the next.
HINT_EVERY_SECONDS = 0.1


class CircuitBreaker:
    """Stops calls for some time after a failure, and then lets one at a time through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paused_until = 0.0
        self._has_failed = False
        self._was_slow = False

    def allow(self) -> bool:
        """Return whether to call. After a failure only one thread does, while others pass by."""
        with self._lock:
            now = time.monotonic()
            if now < self._paused_until:
                return False
            if self._has_failed:
                self._paused_until = now + PAUSE_SECONDS
            return True

    def record(self, *, succeeded: bool, was_slow: bool = False) -> None:
        """Slow once counts as success: the first call imports and connects."""
        with self._lock:
            self._has_failed = not succeeded or (was_slow and self._was_slow)
            self._was_slow = was_slow
            self._paused_until = time.monotonic() + PAUSE_SECONDS if self._has_failed else 0.0


class _Hints:
    """Gives hints from a thread that lives as long as there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_requested = False

    def request(self) -> None:
        with self._lock:
            self._is_requested = True
            # A process that was forked meanwhile has the object, and not the thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="hcprograms-hints", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while self._take_request():
            notify_worker()
            time.sleep(HINT_EVERY_SECONDS)
        connections.close_all()  # in case that the callable looked something up

    def _take_request(self) -> bool:
        with self._lock:
            is_requested, self._is_requested = self._is_requested, False
            if not is_requested:
                self._thread = None
            return is_requested


_breaker = CircuitBreaker()
_hints = _Hints()


def notify_worker_soon() -> None:
    """Have ``conf.wake_up`` called soon, if the settings name it; returns at once."""
    if conf.wake_up is not None:
        _hints.request()


def notify_worker() -> bool:
    """Call ``conf.wake_up`` if the settings name it; return whether it was reached in time."""
    path = conf.wake_up
    if path is None or not _breaker.allow():
        return False
    started = time.monotonic()
    try:
        import_string(path)()
    except Exception as error:
        logger.warning(
            "Could not hurry delivery (%s); the sweep will deliver.", type(error).__name__
        )
        _breaker.record(succeeded=False)
        return False
    was_slow = time.monotonic() - started > SLOW_SECONDS
    if was_slow:
        logger.warning("Hurrying delivery was slow.")
    _breaker.record(succeeded=True, was_slow=was_slow)
    return not was_slow
