"""Health as seen from outside: whether anything waits that should not, and the broker."""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp, Heartbeat, ReceivedMail
from hcprograms.followup.monitoring.backlog import (
    MIN_DEFERRED_ADDRESSES,
    filter_deferred,
    filter_failed,
    get_longest_wait,
)
from hcprograms.followup.notify import CircuitBreaker
from hcprograms.followup.queue import LONGEST_PAUSE
from hcprograms.institutions.scoping import scopes_disabled

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
BROKER_SECONDS = 0.5

_breaker = CircuitBreaker()


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
    a lease and three sweeps, whatever swept meanwhile; or several messages have been deferred
    for long while none has left.

    Costs five or six queries over indexes of open and failed rows, however many were sent.
    Raises ``django.db.DatabaseError`` when the database does not answer.
    """
    with scopes_disabled():
        found = _count_open(now)
        failed = filter_failed().aggregate(
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
        is_well=oldest <= get_longest_wait() and not is_mail_stuck,
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


def _count_open(now: datetime) -> dict[str, Any]:
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
    """Whether messages to several people have been deferred for long and none has left."""
    tried = filter_deferred(now=now).order_by().values_list("address", flat=True)
    if len(tried.distinct()[:MIN_DEFERRED_ADDRESSES]) < MIN_DEFERRED_ADDRESSES:
        return False
    left = FollowUp.objects.filter(sent_at__gte=now - conf.stuck_after, endpoint__isnull=True)
    return not left.exists()


def get_broker_state(*, seconds: float = BROKER_SECONDS) -> bool | None:
    """Whether it answers in time; None where the settings name none (``CHECK_BROKER``).

    After a failure it counts as silent for a while without being asked again.
    """
    path = conf.check_broker
    if path is None:
        return None
    if not _breaker.allow():
        return False
    answers = _ask(import_string(path), seconds)
    _breaker.record(succeeded=answers)
    return answers


def _ask(check: Callable[[], object], seconds: float) -> bool:
    """In a thread of its own: whatever it hangs in, the caller goes on in time."""
    answered = threading.Event()

    def ask() -> None:
        try:
            check()
        except Exception as error:
            logger.warning("The broker does not answer.", extra={"error": type(error).__name__})
        else:
            answered.set()
        finally:
            is_over.set()

    is_over = threading.Event()
    threading.Thread(target=ask, name="hcprograms-broker", daemon=True).start()
    is_over.wait(seconds)
    return answered.is_set()
