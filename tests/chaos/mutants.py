"""Test the tester: workers with one safety taken out. Their runs must break an invariant.

CHAOS_MUTANT=NAME celery -A tests.chaos.mutants worker
"""

import os
import uuid
from typing import Any

from celery.signals import worker_init

from project.celery import app

__all__ = ["app"]


@worker_init.connect
def mutate(**kwargs: Any) -> None:
    MUTANTS[os.environ["CHAOS_MUTANT"]]()


def mark_sent_first() -> None:
    """Write “sent” down before sending: a worker that dies in between loses the message (I1)."""
    from hcprograms.followup import delivery  # noqa: PLC0415 (the apps must be ready)

    batch_class: Any = delivery._Batch
    send, record = delivery._hand_over, batch_class._record_sent

    def record_then_send(batch, row, message) -> None:
        channel = channels_of[id(message)]
        record(batch, row, message)
        send(channel, message, row)

    channels_of: dict[int, Any] = {}

    def remember(channel, message, row):
        channels_of[id(message)] = channel

    delivery._hand_over, batch_class._record_sent = remember, record_then_send


def drop_lease() -> None:
    """Send what is due without a lease: two workers send the same message (I2)."""
    from hcprograms.followup import delivery, queue  # noqa: PLC0415

    def take_unleased(*, now, limit, institution=None, events=False, only=None):
        rows = queue._filter_due(now, institution, events).prefetch_related(*queue.RELATED)
        return queue.Lease(uuid.uuid4(), list(rows[:limit]), now.replace(year=9999))

    def filter_anyway(lease, rows):
        return queue.FollowUp.objects.filter(pk__in=[row.pk for row in rows])

    delivery.lease_due, queue._filter_leased = take_unleased, filter_anyway


MUTANTS = {"mark_sent_first": mark_sent_first, "drop_lease": drop_lease}
