"""When a step is due, and what its conditions say: pure, over time zones and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.followup.conditions import Facts, SkipReason, get_rule_skip_reason
from hcprograms.followup.steps import (
    Answered,
    Conditions,
    Says,
    Step,
    To,
    Unit,
    list_default_steps,
)
from hcprograms.institutions.hours import DAY, OpeningHours, Stretch

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)

ZONES = [
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "America/Sao_Paulo",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
clock = st.times(max_value=time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2011, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC))
stretches = st.builds(Stretch, weekday=st.integers(0, 6), opens=clock, closes=clock)


@st.composite
def offices(draw, least=0):
    """Hours past midnight, overlapping ones, weeks that are closed."""
    days = draw(st.lists(st.dates(date(2011, 1, 1), date(2031, 12, 31)), max_size=3))
    return OpeningHours(
        zone=draw(zones),
        stretches=tuple(draw(st.lists(stretches, min_size=least, max_size=5))),
        closures=tuple(sorted((day, day + draw(st.integers(0, 40)) * DAY) for day in days)),
    )


def step(**fields):
    return Step(**{"number": 1, "says": Says.NEWS, "to": To.APPLICANT} | fields)


def in_new_york(*when, fold=0):
    """In UTC: times that happen twice equal nothing in another zone."""
    return datetime(*when, tzinfo=NEW_YORK, fold=fold).astimezone(UTC)


weekdays = OpeningHours(
    zone=NEW_YORK, stretches=tuple(Stretch(day, time(9), time(17)) for day in range(5))
)


# Due times


@given(office=offices(), start=moments, minutes=st.integers(0, 14_400))
def test_minutes_are_minutes_of_the_clock(office, start, minutes):
    due_at = step(amount=minutes).due_at(start, hours=office)

    assert due_at - start == minutes * MINUTE


@given(office=offices(), start=moments, days=st.integers(1, 365), at=clock)
def test_days_are_days_of_the_calendar_at_the_local_time(office, start, days, at):
    due_at = step(amount=days, unit=Unit.DAYS, at=at).due_at(start, hours=office)

    local = due_at.astimezone(office.zone)
    wanted = datetime.combine(start.astimezone(office.zone).date() + days * DAY, at)
    exists = (wanted.replace(tzinfo=office.zone).astimezone(UTC).astimezone(office.zone)).replace(
        tzinfo=None
    ) == wanted
    assert not exists or local.replace(tzinfo=None) == wanted
    assert abs(local.replace(tzinfo=None) - wanted) <= DAY  # Apia once skipped a whole day


@given(office=offices(least=1), start=moments, minutes=st.integers(1, 3_000))
def test_business_minutes_have_passed_when_it_is_due_and_not_before(office, start, minutes):
    due_at = step(amount=minutes, unit=Unit.BUSINESS).due_at(start, hours=office)

    if office.ever_opens(start):
        assert office.business_minutes_between(start, due_at) == pytest.approx(minutes)
        just_before = office.business_minutes_between(start, due_at - timedelta(seconds=1))
        assert just_before < minutes


@given(office=offices(least=1), start=moments)
def test_what_comes_at_night_is_due_at_opening(office, start):
    due_at = step(amount=0, unit=Unit.BUSINESS).due_at(start, hours=office)

    assert due_at == (office.next_opening(start) or start)


@given(office=offices(), start=moments, earlier=st.integers(0, 500), more=st.integers(0, 500))
def test_longer_delay_is_never_due_earlier(office, start, earlier, more):
    first = step(amount=earlier, unit=Unit.BUSINESS).due_at(start, hours=office)
    second = step(amount=earlier + more, unit=Unit.BUSINESS).due_at(start, hours=office)

    assert start <= first <= second


@given(zone=zones, start=moments, minutes=st.integers(0, 500))
def test_office_that_never_opens_counts_by_the_clock(zone, start, minutes):
    closed = OpeningHours(zone=zone)

    due_at = step(amount=minutes, unit=Unit.BUSINESS).due_at(start, hours=closed)

    assert due_at == start + minutes * MINUTE


def test_time_that_is_skipped_is_the_moment_of_the_change():
    saturday = in_new_york(2027, 3, 13, 12)

    due_at = step(amount=1, unit=Unit.DAYS, at=time(2, 30)).due_at(saturday, hours=weekdays)

    assert due_at == in_new_york(2027, 3, 14, 3)


def test_time_that_happens_twice_is_meant_the_first_time():
    saturday = in_new_york(2026, 10, 31, 12)

    due_at = step(amount=1, unit=Unit.DAYS, at=time(1, 30)).due_at(saturday, hours=weekdays)

    assert due_at == in_new_york(2026, 11, 1, 1, 30, fold=0)


def test_day_is_a_day_of_the_calendar_across_a_change_of_the_clock():
    before = in_new_york(2027, 3, 13, 10)

    due_at = step(amount=1, unit=Unit.DAYS, at=time(10)).due_at(before, hours=weekdays)

    assert due_at - before == timedelta(hours=23)


def test_closed_week_is_passed_over():
    closed = weekdays.without([(date(2026, 12, 24), date(2027, 1, 3))])
    eve = in_new_york(2026, 12, 23, 16, 50)

    due_at = step(amount=30, unit=Unit.BUSINESS).due_at(eve, hours=closed)

    assert due_at == in_new_york(2027, 1, 4, 9, 20)


# The built-in sequence


def test_built_in_sequence_alerts_at_once_and_reminds_in_business_time():
    steps = list_default_steps(remind_after=(5, 30, 60))

    assert [(one.says, one.to, one.amount, one.unit) for one in steps] == [
        ("confirmation", "applicant", 0, "minutes"),
        ("alert", "all", 0, "minutes"),
        ("reminder", "advisor", 5, "business"),
        ("reminder", "other", 30, "business"),
        ("escalation", "manager", 60, "business"),
    ]


# Conditions


everything = st.builds(
    Conditions,
    answered=st.sampled_from(Answered),
    consent=st.sampled_from(["", "email", "call"]),
    statuses=st.frozensets(st.sampled_from(["new", "contacted", "applied"])),
    programs=st.frozensets(st.integers(1, 9)),
)
leads = st.builds(
    Facts,
    status=st.sampled_from(["new", "contacted", "applied"]),
    is_ended=st.booleans(),
    is_erased=st.booleans(),
    is_merged=st.booleans(),
    is_answered=st.booleans(),
    consents=st.frozensets(st.sampled_from(["email", "call", "text"])),
    programs=st.frozensets(st.integers(1, 9)),
)


@given(conditions=everything)
def test_frozen_conditions_come_back_as_they_were(conditions):
    assert Conditions.thaw(conditions.freeze()) == conditions


@given(one=everything, other=everything, facts=leads)
def test_conditions_that_exclude_each_other_by_answer_or_status_never_both_hold(one, other, facts):
    alike = Conditions(answered=other.answered, statuses=other.statuses)

    if Conditions(answered=one.answered, statuses=one.statuses).excludes(alike):
        held = [
            get_rule_skip_reason(says="alert", conditions=each, facts=facts) is None
            for each in (one, other)
        ]
        assert not all(held)


@given(says=st.sampled_from(Says), conditions=everything, facts=leads)
def test_nothing_is_sent_of_a_lead_that_ended_or_was_erased(says, conditions, facts):
    wanted = get_rule_skip_reason(says=says, conditions=conditions, facts=facts) is None

    assert not (wanted and (facts.is_ended or facts.is_erased))


@given(conditions=everything, facts=leads)
def test_further_message_needs_consent_to_emails_that_is_in_force(conditions, facts):
    wanted = get_rule_skip_reason(says="news", conditions=conditions, facts=facts) is None

    assert not wanted or "email" in facts.consents


OPEN = Facts(consents=frozenset({"email"}), programs=frozenset({7}))


@pytest.mark.parametrize(
    ("says", "conditions", "facts", "objection"),
    [
        ("reminder", Conditions(), Facts(is_answered=True), SkipReason.ANSWERED),
        ("alert", Conditions(), Facts(is_answered=True), None),
        ("news", Conditions(answered=Answered.NOT_YET), OPEN, None),
        ("news", Conditions(answered=Answered.ALREADY), OPEN, SkipReason.NOT_ANSWERED),
        ("news", Conditions(consent="call"), OPEN, SkipReason.CONSENT),
        ("news", Conditions(), Facts(), SkipReason.CONSENT),
        ("news", Conditions(programs=frozenset({7, 8})), OPEN, None),
        ("news", Conditions(programs=frozenset({8})), OPEN, SkipReason.PROGRAM),
        ("news", Conditions(statuses=frozenset({"applied"})), OPEN, SkipReason.STATUS),
        ("reminder", Conditions(), Facts(is_merged=True), SkipReason.MERGED),
        ("confirmation", Conditions(), Facts(is_merged=True), None),
    ],
)
def test_objection(says, conditions, facts, objection):
    assert get_rule_skip_reason(says=says, conditions=conditions, facts=facts) == objection
