"""Whether anything delivers at all: if no process sweeps, none can say so by mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from hcprograms.followup.models import Heartbeat
from hcprograms.followup.watching.trouble import longest_wait


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has looked for due messages since then; None: never."""

    since: datetime | None


def find_silence(*, now: datetime) -> Silence | None:
    """Return the silence, or None while some process sweeps. One query."""
    latest: datetime | None = Heartbeat.objects.aggregate(latest=Max("at"))["latest"]
    return Silence(latest) if latest is None or now - latest > longest_wait() else None
