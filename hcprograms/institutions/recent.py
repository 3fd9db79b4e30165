"""What is read so often that a second-old answer has to do, kept by each process."""

import random
import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.db import connection

KEPT_SECONDS = 1.0
"""A change takes effect everywhere after this at the latest."""

T = TypeVar("T")
_all: "list[Recent[object]]" = []


class Recent(Generic[T]):
    """Values by key, each kept for half a second to one; safe for threads, not to be changed.

    For how long is left to chance, so that no one request has to read everything anew.
    Inside a transaction everything is read anew, and nothing is kept: it may be rolled back.
    """

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[float, T]] = {}
        """Key → until when it is kept, and the value."""
        self._lock = threading.Lock()
        _all.append(self)  # type: ignore[arg-type]

    def find(self, key: Hashable, read: Callable[[], T]) -> T:
        if connection.in_atomic_block:
            return read()
        with self._lock:
            found = self._values.get(key)
        if found and time.monotonic() < found[0]:
            return found[1]
        value = read()
        with self._lock:
            until = time.monotonic() + KEPT_SECONDS * random.uniform(0.5, 1)  # noqa: S311  # nosec
            self._values[key] = until, value
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


def forget() -> None:
    """Read everything anew; for tests, whose databases start from the beginning again."""
    for each in _all:
        each.clear()
