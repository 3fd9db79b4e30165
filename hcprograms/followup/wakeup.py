"""Hurrying delivery after a commit. A hint only: the sweep delivers without it.

A visitor's form waits for this call, so it must never raise and never be slow. After a failure,
or two slow successes in a row, nobody tries again for a while.
"""

import logging
import threading
import time

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
