"""A mail server in a process of its own that counts what it accepts, and when."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tests.services import LOOPBACK, answers, free_port, wait_until


class Sink:
    """Counters shared with the server's process; times are ``time.monotonic()``."""

    def __init__(self) -> None:
        self.port = free_port()
        self._count = multiprocessing.Value("q", 0)
        self._bytes = multiprocessing.Value("q", 0)
        self._first = multiprocessing.Value("d", 0.0)
        self._last = multiprocessing.Value("d", 0.0)

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    @property
    def count(self) -> int:
        return int(self._count.value)

    @property
    def bytes(self) -> int:
        """Of all messages together, headers included."""
        return int(self._bytes.value)

    @property
    def first_at(self) -> float:
        return float(self._first.value)

    @property
    def last_at(self) -> float:
        return float(self._last.value)

    def reset(self) -> None:
        self._count.value = self._bytes.value = 0
        self._first.value = self._last.value = 0.0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        now = time.monotonic()
        if not self._count.value:
            self._first.value = now
        self._count.value += 1
        self._bytes.value += len(envelope.content)
        self._last.value = now
        return "250 OK"

    def serve(self) -> None:
        Controller(self, hostname=LOOPBACK, port=self.port).start()
        while True:
            time.sleep(3600)


@contextmanager
def running_sink() -> Iterator[Sink]:
    sink = Sink()
    server = multiprocessing.get_context("fork").Process(target=sink.serve, daemon=True)
    server.start()
    try:
        wait_until(lambda: answers(sink.port), what="the mail server")
        yield sink
    finally:
        server.kill()
        server.join()
