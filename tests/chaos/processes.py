"""Processes that can be started, stopped, killed and paused, again and again."""

import os
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Process:
    """A process group of our own; ``user`` for programs that refuse to run as root."""

    name: str
    command: list[str]
    log: Path
    env: dict[str, str]
    user: str | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    is_wanted: bool = field(default=False, init=False)
    """Started, and neither stopped nor killed since."""
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    def start(self) -> None:
        with self._lock, open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user,
            )
            self.is_wanted = True

    def restart_if_ended(self) -> bool:
        """Start it again if it ended by itself; says whether it did."""
        with self._lock:
            ended = self.is_wanted and not self.is_running
            if ended:
                self.start()
            return ended

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        """Signal the whole group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def signal_leader(self, number: int) -> None:
        """Signal the leader only, as a service manager does."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill(self) -> None:
        with self._lock:
            self.is_wanted = False
            self.send(signal.SIGKILL)
            if self.process is not None:
                self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Ask the leader to end; then make the group."""
        with self._lock:
            self.is_wanted = False
            if self.process is None:
                return
            self.signal_leader(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
            self.kill()

    def children(self) -> list[int]:
        assert self.process is not None
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]
