"""How follow-up is doing, as seen from outside: is anything waiting that should not wait?"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp, Heartbeat, ReceivedMail
from hcprograms.followup.queue import LONGEST_PAUSE
from hcprograms.followup.watching.trouble import ENOUGH, find_failed, find_in_vain, longest_wait
from hcprograms.institutions.scoping import scopes_disabled

BEAT_EVERY = timedelta(seconds=30)
DAY = timedelta(days=1)


class Heart:
    """Writes down that a process still sweeps, seldom enough to cost nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._beat_at: datetime | None = None

    def beat(self, *, now: datetime) -> None:
        is_early = self._beat_at is not None and abs(now - self._beat_at) < BEAT_EVERY
        if not is_early:
            Heartbeat.objects.update_or_create(name=self.name, defaults={"at": now})
            self._beat_at = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Counts and ages in seconds, no personal data.

    ``oldest_due_seconds`` is how late the latest message is, ``queue_age_seconds`` for how long
    the oldest that has not arrived has been waiting or tried; ``ambiguous`` are open ones of which
    an attempt may have arrived, ``dead_letters`` those given up. ``unreadable_mails`` came in and
    were moved aside; anybody can send such, so they say nothing of whether all is well.
    ``last_sweep_seconds`` is that of the process that swept last, None: never; ``last_sweeps`` of
    each kind of process.
    """

    is_well: bool
    due: int
    sending: int
    retrying: int
    ambiguous: int
    dead_letters: int
    oldest_due_seconds: float
    queue_age_seconds: float
    failed_last_day: int
    is_mail_stuck: bool
    unreadable_mails: int
    last_sweep_seconds: float | None
    last_sweeps: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check_health(*, now: datetime) -> Health:
    """Look at the queue. Not well: a message has been due, without an outcome, for longer than
    a lease and three sweeps, whatever swept meanwhile; or several messages have been tried in
    vain while none has left.

    Costs five or six queries over indexes of open and failed rows, however many were sent.
    Raises ``django.db.DatabaseError`` when the database does not answer.
    """
    with scopes_disabled():
        found = _look_at_queue(now)
        failed = find_failed().aggregate(
            all=Count("pk"), last_day=Count("pk", filter=Q(due_at__gte=now - DAY))
        )
        is_mail_stuck = _is_mail_stuck(now)
        unreadable = ReceivedMail.objects.filter(outcome=ReceivedMail.Outcome.BROKEN).count()
    sweeps = {
        name: (now - at).total_seconds()
        for name, at in Heartbeat.objects.order_by("name").values_list("name", "at")
    }
    oldest = now - (found["oldest_due"] or now)
    return Health(
        is_well=oldest <= longest_wait() and not is_mail_stuck,
        due=found["due"],
        sending=found["sending"],
        retrying=found["retrying"],
        ambiguous=found["ambiguous"],
        dead_letters=failed["all"],
        oldest_due_seconds=oldest.total_seconds(),
        queue_age_seconds=max(now - (found["began"] or now), oldest).total_seconds(),
        failed_last_day=failed["last_day"],
        is_mail_stuck=is_mail_stuck,
        unreadable_mails=unreadable,
        last_sweep_seconds=min(sweeps.values(), default=None),
        last_sweeps=sweeps,
    )


def _look_at_queue(now: datetime) -> dict[str, Any]:
    """What is due, being sent or to be tried again: due no later than after the longest pause."""
    soon = now + max(LONGEST_PAUSE, conf.lease)
    is_due, was_tried = Q(due_at__lte=now), Q(attempts__gt=0)
    # A lease moves due_at to its own end, also where none ever leads to an outcome.
    is_overdue = is_due | Q(overdue_since__isnull=False)
    return FollowUp.objects.filter(is_open=True, due_at__lte=soon).aggregate(
        due=Count("pk", filter=is_due),
        oldest_due=Min(Coalesce("overdue_since", "due_at"), filter=is_overdue),
        sending=Count("pk", filter=Q(state=FollowUp.State.SENDING)),
        retrying=Count("pk", filter=was_tried & Q(state=FollowUp.State.PLANNED)),
        ambiguous=Count("pk", filter=Q(ambiguous_attempts__gt=0)),
        began=Min(
            Coalesce("first_attempt_at", "overdue_since", "due_at"), filter=is_overdue | was_tried
        ),
    )


def _is_mail_stuck(now: datetime) -> bool:
    """Whether messages to several people have been tried in vain for long and none has left."""
    tried = find_in_vain(now=now).order_by().values_list("address", flat=True)
    if len(tried.distinct()[:ENOUGH]) < ENOUGH:
        return False
    left = FollowUp.objects.filter(sent_at__gte=now - conf.stuck_after, endpoint__isnull=True)
    return not left.exists()
