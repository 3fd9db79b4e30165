"""When a message is tried again."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcprograms.followup.models import FollowUp
from hcprograms.followup.queue import MAX_UNKNOWN, Outcome, get_retry_at
from tests.factories import NOW

FOUR_HOURS = timedelta(hours=4)


def pause(*, outcome=Outcome.DEFERRED, attempts=1, ambiguous=0, jitter=0.0, since=timedelta()):
    row = FollowUp(attempts=attempts, ambiguous_attempts=ambiguous, first_attempt_at=NOW - since)
    due_at = get_retry_at(row, outcome, now=NOW, retry_for=FOUR_HOURS, jitter=jitter)
    return due_at and (due_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (4, 240), (6, 900), (500, 900)]
)
def test_pause_doubles_up_to_a_quarter_of_an_hour(attempts, seconds):
    assert pause(attempts=attempts) == seconds


def test_pause_for_an_unreachable_server_stays_short():
    assert pause(outcome=Outcome.UNREACHABLE, attempts=500) == 60


def test_jitter_shortens_by_up_to_half():
    assert pause(jitter=1.0) == 15


def test_final_refusal_is_given_up():
    assert pause(outcome=Outcome.REFUSED) is None


def test_last_attempt_is_at_the_end_of_the_retry_time():
    assert pause(attempts=9, since=FOUR_HOURS - timedelta(minutes=1)) == 60


def test_nothing_is_tried_after_the_retry_time():
    assert pause(attempts=9, since=FOUR_HOURS) is None


def test_unknown_outcomes_are_bounded():
    assert pause(outcome=Outcome.UNKNOWN, ambiguous=MAX_UNKNOWN - 1) is not None
    assert pause(outcome=Outcome.UNKNOWN, ambiguous=MAX_UNKNOWN) is None


@given(
    st.sampled_from([Outcome.DEFERRED, Outcome.UNREACHABLE]),
    st.lists(st.floats(0, 1), min_size=1, max_size=600),
)
@settings(deadline=None)
def test_temporary_trouble_is_tried_until_four_hours_have_passed(outcome, jitters):
    now, attempts = NOW, 1
    for jitter in jitters * 600:
        row = FollowUp(attempts=attempts, first_attempt_at=NOW)
        due_at = get_retry_at(row, outcome, now=now, retry_for=FOUR_HOURS, jitter=jitter)
        if due_at is None:
            break
        assert due_at > now
        now, attempts = due_at, attempts + 1

    assert now >= NOW + FOUR_HOURS
