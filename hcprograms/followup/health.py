"""How follow-up is doing, as seen from outside: is anything waiting that should not wait?"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp, Heartbeat
from hcprograms.institutions.clock import compare_clocks
from hcprograms.institutions.scoping import scopes_disabled

BEAT_EVERY = timedelta(seconds=30)


class Heart:
    """Writes down that a process still sweeps, seldom enough to cost nothing.

    As seldom it looks whether this host's clock has been set wrong meanwhile.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._beat_at: datetime | None = None

    def beat(self, *, now: datetime) -> None:
        is_early = self._beat_at is not None and abs(now - self._beat_at) < BEAT_EVERY
        if not is_early:
            compare_clocks()
            Heartbeat.objects.update_or_create(name=self.name, defaults={"at": now})
            self._beat_at = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Counts and ages in seconds, no personal data. ``last_sweep_seconds`` None: never swept."""

    is_well: bool
    due: int
    oldest_due_seconds: float
    failed_last_day: int
    last_sweep_seconds: float | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check_health(*, now: datetime) -> Health:
    """Look at the queue. Not well: something has been due for longer than any recovery takes.

    Raises ``django.db.DatabaseError`` when the database does not answer.
    """
    with scopes_disabled():
        waiting = FollowUp.objects.filter(is_open=True, due_at__lte=now)
        found = waiting.aggregate(due=Count("pk"), oldest=Min("due_at"))
        failed = FollowUp.objects.filter(
            state=FollowUp.State.FAILED, due_at__gte=now - timedelta(days=1)
        ).count()
    last_sweep = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    oldest = now - (found["oldest"] or now)
    return Health(
        is_well=oldest <= longest_wait(),
        due=found["due"],
        oldest_due_seconds=oldest.total_seconds(),
        failed_last_day=failed,
        last_sweep_seconds=(now - last_sweep).total_seconds() if last_sweep else None,
    )


def longest_wait() -> timedelta:
    """How late a message may be, with two sweeps missed, before somebody should look."""
    return conf.lease + 3 * timedelta(seconds=conf.sweep_seconds)
