"""What is read so often that a second-old answer has to do, kept by each process."""

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
    """Values by key, each read anew at most once a second; safe for threads, not to be changed.

    Inside a transaction everything is read anew, and nothing is kept: it may be rolled back.
    """

    def __init__(self) -> None:
        self._values: dict[Hashable, tuple[float, T]] = {}
        self._lock = threading.Lock()
        _all.append(self)  # type: ignore[arg-type]

    def find(self, key: Hashable, read: Callable[[], T]) -> T:
        if connection.in_atomic_block:
            return read()
        with self._lock:
            found = self._values.get(key)
        if found and time.monotonic() - found[0] < KEPT_SECONDS:
            return found[1]
        value = read()
        with self._lock:
            self._values[key] = time.monotonic(), value
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


def forget() -> None:
    """Read everything anew; for tests, whose databases start from the beginning again."""
    for each in _all:
        each.clear()
