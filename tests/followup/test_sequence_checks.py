"""Which sequences are refused."""

from datetime import time

import pytest

from hcprograms.followup.sequence_checks import Flaw, find_flaws
from hcprograms.followup.steps import (
    Answered,
    Conditions,
    Says,
    Step,
    To,
    Unit,
    list_default_steps,
)

CONFIRM = Step(1, Says.CONFIRMATION, To.APPLICANT)
ALERT = Step(2, Says.ALERT, To.ALL_ADVISORS)


def news(amount, unit=Unit.MINUTES, **fields):
    return Step(9, Says.NEWS, To.APPLICANT, amount, unit, **fields)


def remind(amount, to=To.ADVISOR, **fields):
    return Step(8, Says.REMINDER, to, amount, Unit.BUSINESS, **fields)


def flaws(*steps):
    return [(one.flaw, one.places) for one in find_flaws(steps)]


def test_built_in_sequence_has_no_flaw():
    assert find_flaws(list_default_steps(remind_after=(5, 30, 60))) == []


@pytest.mark.parametrize(
    "alert",
    [
        Step(2, Says.REMINDER, To.ADVISOR),
        Step(2, Says.ALERT, To.MANAGER),
        Step(2, Says.ALERT, To.ADVISOR, 61),
        Step(2, Says.ALERT, To.ADVISOR, 1, Unit.DAYS, time(9)),
        Step(2, Says.ALERT, To.ADVISOR, channel="pager"),
        Step(2, Says.ALERT, To.ADVISOR, conditions=Conditions(statuses=frozenset({"new"}))),
    ],
)
def test_sequence_that_tells_no_advisor_soon_and_surely_is_refused(alert):
    assert (Flaw.TELLS_NO_ADVISOR, ()) in flaws(CONFIRM, alert)


def test_alert_may_wait_for_the_office_and_go_to_one_advisor():
    at_opening = Step(2, Says.ALERT, To.ADVISOR, 0, Unit.BUSINESS)

    assert flaws(CONFIRM, at_opening) == []


@pytest.mark.parametrize(
    "confirmation",
    [
        news(0),
        Step(1, Says.CONFIRMATION, To.APPLICANT, 61),
        Step(1, Says.CONFIRMATION, To.APPLICANT, 5, Unit.BUSINESS),
        Step(1, Says.CONFIRMATION, To.APPLICANT, conditions=Conditions(consent="email")),
    ],
)
def test_sequence_that_does_not_confirm_soon_and_surely_is_refused(confirmation):
    assert (Flaw.CONFIRMS_NOTHING, ()) in flaws(ALERT, confirmation)


def test_mail_every_minute_is_refused():
    reminders = [remind(minutes) for minutes in (10, 11)]

    assert flaws(CONFIRM, ALERT, *reminders) == [(Flaw.TOO_CLOSE, (2, 3))]


def test_applicant_is_left_alone_for_an_hour():
    assert flaws(CONFIRM, ALERT, news(59)) == [(Flaw.TOO_CLOSE, (0, 2))]
    assert flaws(CONFIRM, ALERT, news(60)) == []


def test_messages_of_one_day_are_compared_by_their_times():
    morning = news(3, Unit.DAYS, at=time(9))

    close = flaws(CONFIRM, ALERT, morning, news(3, Unit.DAYS, at=time(9, 59)))
    apart = flaws(CONFIRM, ALERT, morning, news(4, Unit.DAYS, at=time(9)))

    assert (close, apart) == ([(Flaw.TOO_CLOSE, (2, 3))], [])


def test_messages_of_which_one_lead_gets_only_one_may_be_due_together():
    either = [
        news(3, Unit.DAYS, at=time(9), conditions=Conditions(answered=answer))
        for answer in (Answered.NOT_YET, Answered.ALREADY)
    ]

    assert flaws(CONFIRM, ALERT, *either) == []


def test_everybody_and_another_advisor_are_the_same_people():
    assert flaws(CONFIRM, ALERT, remind(3, To.OTHER_ADVISOR)) == [(Flaw.TOO_CLOSE, (1, 2))]
    assert flaws(CONFIRM, ALERT, remind(3, To.MANAGER)) == []


def test_too_many_steps_are_refused():
    many = [remind(minutes) for minutes in range(5, 100, 5)]

    assert (Flaw.TOO_MANY, ()) in flaws(CONFIRM, ALERT, *many)


def test_reminder_once_answered_is_refused():
    never = remind(30, conditions=Conditions(answered=Answered.ALREADY))

    assert flaws(CONFIRM, ALERT, never) == [(Flaw.NEVER_MET, (2,))]


def test_two_confirmations_are_refused():
    later = Step(3, Says.CONFIRMATION, To.APPLICANT, 60)

    assert flaws(CONFIRM, ALERT, later) == [(Flaw.TWO_CONFIRMATIONS, (0, 2))]


def test_events_for_other_systems_may_come_at_any_time():
    event = Step(5, Says.EVENT, To.SYSTEM, channel="webhook")

    assert flaws(CONFIRM, ALERT, event, event) == []
