"""One time limit for everything that is done over a socket.

A socket's own timeout begins anew with every byte, so that a server that sends one now and then is
never cut off. Here each read and each write gets what is left of the limit instead.
"""

import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# TLS writes about this much at a time, and waits for the socket's timeout with each piece.
PIECE = 16 * 1024

_ends_at: ContextVar[float | None] = ContextVar("hcprograms_time_limit", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Limit the block to so many seconds; within another limit the one that ends first holds."""
    ends_at, outer = time.monotonic() + seconds, _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(ends_at, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def get_seconds_left() -> float | None:
    """Return what is left of the limit, None without one; raise ``TimeoutError`` past it."""
    ends_at = _ends_at.get()
    if ends_at is None:
        return None
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError("The time limit has passed.")
    return left


def send_all(connected: socket.socket, data: bytes) -> None:
    """Write everything within the limit; raise ``TimeoutError`` where that takes too long."""
    for start in range(0, len(data), PIECE):
        _apply_limit(connected)
        connected.sendall(data[start : start + PIECE])


def open_reader(connected: socket.socket) -> io.BufferedReader:
    """Return a file that reads from the socket within the limit of whoever reads."""
    return io.BufferedReader(_Reader(connected))


class LimitedSocket:
    """What ``http.client`` asks of a socket, within the limit."""

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    def sendall(self, data: bytes) -> None:
        send_all(self._connected, data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return open_reader(self._connected)

    def close(self) -> None:
        self._connected.close()


class _Reader(io.RawIOBase):
    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        _apply_limit(self._connected)
        return self._connected.recv_into(buffer)


def _apply_limit(connected: socket.socket) -> None:
    left = get_seconds_left()
    if left is not None:
        connected.settimeout(left)
