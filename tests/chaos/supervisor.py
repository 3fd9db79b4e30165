"""Starts again what ended by itself, as a service manager does on a real host."""

import threading
from typing import Any

LOOKS_EVERY = 1.0
"""Seconds."""


class Supervisor:
    """A context; ``restarts`` names what it has started again so far, each time."""

    def __init__(self, plant: Any) -> None:
        self.restarts: list[str] = []
        self._plant = plant
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOKS_EVERY):
            self.restarts += [one.name for one in self._plant.services if one.restart_if_ended()]
