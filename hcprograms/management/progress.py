"""Tells how far an import is: a bar on a terminal, a few lines elsewhere."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
REDRAW_SECONDS = 0.1
QUIET_STEP = 0.25


class ProgressBar:
    """Call it with a label and a share from 0 to 1; ``finish`` ends the line.

    It writes to stderr, which Django would colour as an error: ``str`` as style leaves it plain.
    """

    def __init__(self, *, out: OutputWrapper) -> None:
        self._out = out
        self._is_tty = out.isatty()
        self._label = ""
        self._told = -1.0
        self._drawn_at = 0.0

    def __call__(self, label: str, done: float) -> None:
        if label != self._label:
            self.finish()
            self._label, self._told = label, -1.0
        if self._is_tty:
            self._draw(done)
        elif done >= 1.0 > self._told or done - self._told >= QUIET_STEP:
            self._told = done
            self._out.write(f"{label}: {done:.0%}", str)

    def finish(self) -> None:
        """Leave the last state on its own line."""
        if self._is_tty and self._label:
            self._draw(1.0, force=True)
            self._out.write("", str)

    def _draw(self, done: float, *, force: bool = False) -> None:
        now = time.monotonic()
        if force or now - self._drawn_at >= REDRAW_SECONDS:
            self._drawn_at = now
            bar = "#" * int(done * WIDTH)
            self._out.write(f"\r{self._label:<16} [{bar:<{WIDTH}}] {done:>4.0%}", str, "")
            self._out.flush()
