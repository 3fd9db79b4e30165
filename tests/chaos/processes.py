"""Processes that can be started, stopped, killed and paused, again and again."""

import os
import signal
import subprocess
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

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user,
            )

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
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Ask the leader to end; then make the group."""
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
