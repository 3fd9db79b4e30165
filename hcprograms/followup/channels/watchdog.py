"""A deadline for everything that is done over a socket: a byte now and then defeats a timeout."""

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Watchdog:
    """Cuts a socket when a deadline passes. One thread per watchdog, asleep between calls.

    ``_ends_at`` is None outside of a deadline, and infinite once it has passed.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._socket: socket.socket | None = None
        self._ends_at: float | None = None
        self._wakes_at: float | None = None
        self._thread: threading.Thread | None = None
        self._is_over = False

    def watch(self, line: socket.socket) -> None:
        """Guard this socket instead of the one before.

        A duplicate is kept: TLS takes the original apart.
        """
        duplicate = line.dup()
        with self._changed:
            self._forget()
            self._socket = duplicate
            if self._ends_at == math.inf:
                self._cut()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut the socket if the block takes longer; a block within a block keeps the first end."""
        if self._ends_at is not None:
            yield
            return
        with self._changed:
            self._ends_at = time.monotonic() + seconds
            self._start()
            if self._wakes_at is None or self._wakes_at > self._ends_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends_at = None

    @property
    def has_cut(self) -> bool:
        """Inside a deadline: whether it has passed. What was read since then may be torn off."""
        return self._ends_at == math.inf

    def stop(self) -> None:
        with self._changed:
            self._is_over = True
            self._forget()
            self._changed.notify()

    def _start(self) -> None:
        self._is_over = False
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="hcp-smtp-watchdog", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with self._changed:
            while not self._is_over:
                now = time.monotonic()
                if self._ends_at is not None and self._ends_at <= now:
                    self._ends_at = math.inf  # before the cut, which wakes who asks for it
                    self._cut()
                self._wakes_at = self._ends_at if self._ends_at != math.inf else None
                self._changed.wait(self._wakes_at - now if self._wakes_at else None)

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
