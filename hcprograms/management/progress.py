"""Tells how far an import is: a bar on a terminal, a few lines elsewhere."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
REDRAW_SECONDS = 0.1
QUIET_STEP = 0.25


class ProgressBar:
    """Call it with a label and a share from 0 to 1; ``finish`` ends the line.

    A quiet one draws the bar but writes no lines where there is no terminal. It writes to stderr,
    which Django would colour as an error: ``str`` as style leaves it plain.
    """

    def __init__(self, *, out: OutputWrapper, is_quiet: bool = False) -> None:
        self._out = out
        self._is_tty = out.isatty()
        self._writes_lines = not (self._is_tty or is_quiet)
        self._label = ""
        self._done = 0.0
        self._told = -1.0
        self._drawn_at = 0.0

    def __call__(self, label: str, done: float) -> None:
        if label != self._label:
            self.finish()
            self._label, self._told = label, -1.0
        self._done = done
        if self._is_tty and time.monotonic() - self._drawn_at >= REDRAW_SECONDS:
            self._draw()
        elif self._writes_lines and (done >= 1.0 > self._told or done - self._told >= QUIET_STEP):
            self._told = done
            self._out.write(f"{label}: {done:.0%}", str)

    def finish(self) -> None:
        """Leave the last state on its own line."""
        if self._is_tty and self._label:
            self._draw()
            self._out.write("", str)

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        bar = "#" * int(self._done * WIDTH)
        text = f"\r{self._label:<18} [{bar:<{WIDTH}}] {self._done:>4.0%}"
        self._out.write(text, str, "")
        self._out.flush()
