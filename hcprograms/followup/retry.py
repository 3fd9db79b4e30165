"""When a message that was not taken is tried again, and when it is given up. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE_WHEN_UNREACHABLE = timedelta(seconds=60)
"""Short: a server that is back should not wait for us, and one try costs it nothing."""
MAX_AMBIGUOUS = 5
"""As many copies, at worst, may one recipient get in excess of one."""


class Outcome(Enum):
    """How an attempt ended that did not end well."""

    TEMPORARY = "temporary"
    UNREACHABLE = "unreachable"
    AMBIGUOUS = "ambiguous"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What has been tried so far, the attempt that just ended included."""

    attempts: int
    ambiguous: int
    first_attempt_at: datetime


def next_attempt_at(
    *, outcome: Outcome, history: History, now: datetime, retry_for: timedelta, jitter: float
) -> datetime | None:
    """The time of the next attempt; None to give up.

    The pause doubles from 30 s and is then shortened by up to half: ``jitter`` is a random number
    from 0 to 1. The last attempt is made not before ``retry_for`` after the first one, unless the
    outcome was unknown too often, where every further attempt may be one more copy.
    """
    give_up_at = history.first_attempt_at + retry_for
    if outcome is Outcome.FINAL or now >= give_up_at or history.ambiguous >= MAX_AMBIGUOUS:
        return None
    return min(now + _pause(outcome, history.attempts) * (1 - jitter / 2), give_up_at)


def _pause(outcome: Outcome, attempts: int) -> timedelta:
    unreachable = outcome is Outcome.UNREACHABLE
    longest = LONGEST_PAUSE_WHEN_UNREACHABLE if unreachable else LONGEST_PAUSE
    doublings = min(max(attempts, 1) - 1, 10)
    return min(FIRST_PAUSE * (1 << doublings), longest)
