"""Heartbeats: whether any process looks for due messages at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from hcprograms.followup.models import Heartbeat
from hcprograms.followup.monitoring.backlog import get_longest_wait

RECORD_EVERY = timedelta(seconds=30)


class HeartbeatWriter:
    """Records that a process still sweeps, at most every 30 seconds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._recorded_at: datetime | None = None

    def record(self, *, now: datetime) -> None:
        if self._recorded_at is None or abs(now - self._recorded_at) >= RECORD_EVERY:
            Heartbeat.objects.update_or_create(name=self.name, defaults={"at": now})
            self._recorded_at = now


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has looked for due messages since then; None: never."""

    since: datetime | None


def find_silence(*, now: datetime) -> Silence | None:
    """Return the silence, or None while some process sweeps. One query.

    If no process sweeps, none can say so by mail.
    """
    latest: datetime | None = Heartbeat.objects.aggregate(latest=Max("at"))["latest"]
    is_silent = latest is None or now - latest > get_longest_wait()
    return Silence(latest) if is_silent else None
