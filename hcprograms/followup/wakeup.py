"""Hurrying delivery after a commit. A hint only: the sweep delivers without it.

A visitor's form never waits for it: a thread of its own gives the hint, one for all that came
close together. After a failure, or two slow successes in a row, nobody tries again for a while.
"""

import logging
import os
import threading
import time

from django.db import connections
from django.utils.module_loading import import_string

from hcprograms.conf import conf

logger = logging.getLogger(__name__)

REST_SECONDS = 15.0
SLOW_SECONDS = 0.3


class Breaker:
    """Lets nobody through for some time after a failure, and then one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._was_broken = False
        self._was_slow = False

    def enter(self) -> bool:
        """Whether to try. After a failure only one thread tries, while others pass by."""
        with self._lock:
            now = time.monotonic()
            if now < self._rests_until:
                return False
            if self._was_broken:
                self._rests_until = now + REST_SECONDS
            return True

    def leave(self, *, well: bool, slow: bool = False) -> None:
        """Report how it went. Slow once is forgiven: the first call imports and connects."""
        with self._lock:
            self._was_broken = not well or (slow and self._was_slow)
            self._was_slow = slow
            self._rests_until = time.monotonic() + REST_SECONDS if self._was_broken else 0.0


_breaker = Breaker()

PAUSE_SECONDS = 0.1
"""Between two hints of one process; what comes meanwhile shares the next."""


class Hints:
    """Gives hints from a thread that lives as long as there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_running = False
        self._is_wanted = False

    def want(self) -> None:
        with self._lock:
            self._is_wanted = True
            if self._is_running:
                return
            self._is_running = True
        threading.Thread(target=self._give, name="hcprograms-hints", daemon=True).start()

    def _give(self) -> None:
        while self._take():
            wake()
            time.sleep(PAUSE_SECONDS)
        connections.close_all()  # in case that the callable looked something up

    def _take(self) -> bool:
        with self._lock:
            self._is_running, self._is_wanted = self._is_wanted, False
            return self._is_running


_hints = Hints()
os.register_at_fork(after_in_child=_hints.__init__)  # type: ignore[misc]


def hurry() -> None:
    """Have ``conf.wake_up`` called soon, if the settings name it; returns at once."""
    if conf.wake_up is not None:
        _hints.want()


def wake() -> bool:
    """Call ``conf.wake_up`` if the settings name it; return whether it was reached in time."""
    path = conf.wake_up
    if path is None or not _breaker.enter():
        return False
    started = time.monotonic()
    try:
        import_string(path)()
    except Exception as error:
        logger.warning(
            "Could not hurry delivery (%s); the sweep will deliver.", type(error).__name__
        )
        _breaker.leave(well=False)
        return False
    slow = time.monotonic() - started > SLOW_SECONDS
    if slow:
        logger.warning("Hurrying delivery was slow.")
    _breaker.leave(well=True, slow=slow)
    return not slow
