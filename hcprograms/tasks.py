"""Celery's part: hints and sweeps. Imported by workers, and by a site whose wake-up names it.

A message in the broker is a hint to hurry. Losing it, or getting it twice, does no harm: the
rows are the queue, and a sweep on a schedule finds what is due.
"""

import atexit
import threading

from celery import current_app, shared_task
from django.utils import timezone

from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.monitoring.alerts import run_monitoring
from hcprograms.followup.monitoring.heartbeat import HeartbeatWriter
from hcprograms.followup.queue import has_due_events
from hcprograms.institutions.database_time import get_database_time
from hcprograms.leads.housekeeping import keep_leads_tidy

BATCH = 100
EXPIRES_SECONDS = 6 * 3600
"""Against heaps of tasks where no worker runs for days. Long, because a worker compares it with
its own clock: with half a minute, one whose clock is a minute fast would do nothing at all."""


class _Own(threading.local):
    """What this worker's process and thread keeps between tasks: open connections above all."""

    def __init__(self) -> None:
        self.channels = Channels()
        self.heart = HeartbeatWriter("worker")


_own = _Own()
atexit.register(lambda: _own.channels.close())


def wake_up() -> None:
    """Publish a hint. Raises when the broker cannot be reached; never tries twice."""
    sweep.apply_async(expires=EXPIRES_SECONDS, retry=False, ignore_result=True)


def check_broker() -> None:
    """Say hello to the broker of the current Celery app; raises when it does not answer.

    How long that may take is for the app's settings to say; ``health`` waits no longer than its
    own limit.
    """
    with current_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)


@shared_task(name="hcprograms.tasks.sweep", ignore_result=True, expires=EXPIRES_SECONDS)
def sweep() -> None:
    """Deliver everything that is due. Any number of sweeps may run at once."""
    while True:
        now = get_database_time()
        _own.heart.record(now=now)
        delivered = deliver_due(now=now, limit=BATCH, channels=_own.channels)
        if delivered.is_unreachable or not delivered.finished:
            break
    if has_due_events(now=now):
        sweep_events.apply_async(expires=EXPIRES_SECONDS, retry=False, ignore_result=True)


@shared_task(name="hcprograms.tasks.sweep_events", ignore_result=True, expires=EXPIRES_SECONDS)
def sweep_events() -> None:
    """Tell other systems what is due: apart, so that a slow one keeps no mail waiting."""
    finished = 1
    while finished:
        now = get_database_time()
        finished = deliver_due(now=now, limit=BATCH, events=True, channels=_own.channels).finished


@shared_task(name="hcprograms.tasks.watch", ignore_result=True, expires=EXPIRES_SECONDS)
def watch() -> None:
    """Plan the digests that are due, alert where messages are stuck. Twice does no harm."""
    run_monitoring(now=get_database_time(), channels=_own.channels)


@shared_task(name="hcprograms.tasks.keep_house", ignore_result=True)
def keep_house() -> None:
    """Erase people kept for too long, and files nobody wants. Doing it twice does no harm."""
    keep_leads_tidy(now=timezone.now())
