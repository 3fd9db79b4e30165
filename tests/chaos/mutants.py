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

    send, mark = delivery._send, delivery._mark_sent

    def mark_then_send(claim, row, message, now, delivered) -> None:
        channel = channels_of[id(message)]
        mark(claim, row, message, now, delivered)
        send(channel, message, row)

    channels_of: dict[int, Any] = {}

    def remember(channel, message, row):
        channels_of[id(message)] = channel

    delivery._send, delivery._mark_sent = remember, mark_then_send


def drop_lease() -> None:
    """Send what is due without claiming it: two workers send the same message (I2)."""
    from hcprograms.followup import claiming, delivery  # noqa: PLC0415

    def take_unclaimed(*, now, limit, institution=None, events=False, only=None):
        rows = claiming._due(now, institution, events).prefetch_related(*claiming.NEEDED)
        return claiming.Claim(uuid.uuid4(), list(rows[:limit]), now.replace(year=9999))

    def start_anyway(*, claim, row, now):
        return True

    def finish_anyway(*, claim, row, **fields):
        return claiming.FollowUp.objects.filter(pk=row.pk).update(**fields) == 1

    vars(delivery).update(claim_due=take_unclaimed, start_send=start_anyway, finish=finish_anyway)


MUTANTS = {"mark_sent_first": mark_sent_first, "drop_lease": drop_lease}
