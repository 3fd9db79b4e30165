"""Business time: published hours, closures, midnight, and the days when the clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hcprograms.institutions.hours import OpeningHours, Stretch

NEW_YORK = ZoneInfo("America/New_York")
NINE_TO_FIVE = tuple(Stretch(weekday, time(9), time(17)) for weekday in range(5))
ZONES = ["America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
ZONES += ["Africa/Casablanca", "Pacific/Apia", "America/St_Johns"]


def local(*args: int, fold: int = 0) -> datetime:
    return datetime(*args, tzinfo=NEW_YORK, fold=fold)


def hours(*stretches: Stretch, closures=()) -> OpeningHours:
    return OpeningHours(NEW_YORK, stretches or NINE_TO_FIVE, closures)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(2026, 11, 23, 8, 59), False),
        (local(2026, 11, 23, 9, 0), True),
        (local(2026, 11, 23, 16, 59), True),
        (local(2026, 11, 23, 17, 0), False),
        (local(2026, 11, 22, 12, 0), False),
    ],
)
def test_is_open_on_a_weekday(at, expected):
    assert hours().is_open(at) == expected


def test_next_opening_on_friday_evening_is_monday():
    assert hours().next_opening(local(2026, 11, 27, 17, 0)) == local(2026, 11, 30, 9, 0)


def test_next_opening_when_open_is_now():
    assert hours().next_opening(local(2026, 11, 27, 16, 0)) == local(2026, 11, 27, 16, 0)


def test_next_opening_skips_closures_however_they_overlap():
    closed = (
        (date(2026, 11, 23), date(2026, 12, 4)),
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 12, 5), date(2026, 12, 8)),
    )

    assert hours(closures=closed).next_opening(local(2026, 11, 23, 10)) == local(2026, 12, 9, 9)


def test_add_business_minutes_over_a_weekend():
    assert hours().add_business_minutes(local(2026, 11, 27, 16, 50), 30) == local(
        2026, 11, 30, 9, 20
    )


def test_add_business_minutes_at_night_counts_from_opening():
    assert hours().add_business_minutes(local(2026, 11, 24, 2, 0), 5) == local(2026, 11, 24, 9, 5)


def test_add_no_minutes_gives_next_opening():
    assert hours().add_business_minutes(local(2026, 11, 22, 2, 0), 0) == local(2026, 11, 23, 9, 0)


def test_hours_past_midnight_stay_open_into_the_next_day():
    late = hours(Stretch(4, time(20), time(2)))

    assert late.is_open(local(2026, 11, 28, 1, 59))
    assert not late.is_open(local(2026, 11, 28, 2, 0))
    assert late.business_minutes_between(local(2026, 11, 27, 0), local(2026, 11, 29, 0)) == 360


def test_hours_that_close_when_they_open_last_a_day():
    always = hours(*(Stretch(weekday, time(0), time(0)) for weekday in range(7)))

    assert always.is_open(local(2026, 11, 22, 3, 33))
    assert always.business_minutes_between(local(2026, 11, 1, 0), local(2026, 11, 8, 0)) == (
        (7 * 24 + 1) * 60  # the night of November 1 has one hour more
    )


def test_overlapping_hours_count_once():
    double = hours(Stretch(0, time(9), time(12)), Stretch(0, time(11), time(13)))

    assert double.business_minutes_between(local(2026, 11, 23, 0), local(2026, 11, 24, 0)) == 240


def test_hours_in_the_gap_begin_at_the_change():
    # On March 8, 2026 the clock in New York jumps from 2:00 to 3:00.
    sunday = hours(Stretch(6, time(2, 30), time(4)))

    assert sunday.next_opening(local(2026, 3, 8, 0)) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert sunday.business_minutes_between(local(2026, 3, 8, 0), local(2026, 3, 9, 0)) == 60


def test_hours_inside_the_gap_do_not_open():
    sunday = hours(Stretch(6, time(2, 10), time(2, 50)))

    assert sunday.next_opening(local(2026, 3, 8, 0)) == local(2026, 3, 15, 2, 10)


def test_hours_in_the_fold_open_first_and_close_second():
    # On November 1, 2026 the clock in New York shows 1:00 to 2:00 twice.
    sunday = hours(Stretch(6, time(1, 30), time(1, 45)))

    assert sunday.next_opening(local(2026, 11, 1, 0)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert sunday.business_minutes_between(local(2026, 11, 1, 0), local(2026, 11, 2, 0)) == 75


def test_minutes_between_moments_of_one_zone_see_the_fold():
    before, after = local(2026, 11, 1, 0, 30), local(2026, 11, 1, 2, 30)

    assert OpeningHours(NEW_YORK).business_minutes_between(before, after) == 180


def test_office_without_hours_counts_by_the_clock():
    never = OpeningHours(NEW_YORK)

    assert never.next_opening(local(2026, 11, 23, 10)) is None
    assert not never.is_open(local(2026, 11, 23, 10))
    assert never.add_business_minutes(local(2026, 11, 22, 3), 30) == local(2026, 11, 22, 3, 30)


def test_office_closed_for_ever_counts_by_the_clock():
    closed = hours(closures=((date(2026, 1, 1), date.max),))

    assert not closed.ever_opens(local(2026, 11, 23, 10))
    assert closed.add_business_minutes(local(2026, 11, 23, 10), 5) == local(2026, 11, 23, 10, 5)


def test_office_that_closes_for_ever_on_the_way_counts_the_rest_by_the_clock():
    closing = hours(closures=((date(2026, 11, 24), date.max),))

    assert closing.add_business_minutes(local(2026, 11, 23, 16, 30), 60) == local(
        2026, 11, 23, 17, 30
    )


def test_time_zone_that_no_longer_exists_is_utc(caplog):
    row = SimpleNamespace(weekday=0, opens=time(9), closes=time(17))

    value = OpeningHours.from_rows(time_zone="Mars/Olympus", hours=[row])

    assert value.is_open(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert "Mars/Olympus" in caplog.text


moments = st.datetimes(
    datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)
)
stretches = st.builds(Stretch, st.integers(0, 6), st.times(), st.times())
closures = st.tuples(st.dates(date(2010, 1, 1), date(2035, 1, 1)), st.integers(0, 60)).map(
    lambda pair: (pair[0], pair[0] + timedelta(pair[1]))
)
offices = st.builds(
    OpeningHours,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.lists(stretches, max_size=6).map(tuple),
    st.lists(closures, max_size=3).map(lambda found: tuple(sorted(found))),
)
minutes = st.integers(1, 5000)


@given(offices, moments, minutes)
@settings(deadline=None)
def test_added_minutes_are_the_minutes_between(office, start, wanted):
    end = office.add_business_minutes(start, wanted)

    assert office.business_minutes_between(start, end) == pytest.approx(wanted)


@given(offices, moments, minutes, minutes)
@settings(deadline=None)
def test_adding_twice_is_adding_the_sum(office, start, first, second):
    twice = office.add_business_minutes(office.add_business_minutes(start, first), second)

    assert twice - office.add_business_minutes(start, first + second) < timedelta(milliseconds=1)


@given(offices, moments)
@settings(deadline=None)
def test_next_opening_is_open_and_nothing_is_before_it(office, at):
    opening = office.next_opening(at)
    assume(opening is not None)

    assert opening >= at
    assert office.is_open(opening)
    assert office.business_minutes_between(at, opening) == 0


@given(offices, st.lists(moments, min_size=3, max_size=3))
@settings(deadline=None)
def test_minutes_add_up_and_never_exceed_the_clock(office, three):
    first, second, third = sorted(three, key=lambda at: at.timestamp())
    assume(office.ever_opens(third))

    whole = office.business_minutes_between(first, third)
    parts = (
        office.business_minutes_between(first, second),
        office.business_minutes_between(second, third),
    )

    assert whole == pytest.approx(sum(parts))
    assert 0 <= whole <= (third.timestamp() - first.timestamp()) / 60 + 0.001


@given(st.lists(stretches, min_size=1, max_size=6).map(tuple), moments)
@settings(deadline=None)
def test_wall_clock_decides_whether_it_is_open(rows, at):
    """Outside of closures, whatever the clock on the wall of the office says decides."""
    office = OpeningHours(NEW_YORK, rows)
    wall = at.astimezone(NEW_YORK)
    today = [row for row in rows if row.weekday == wall.weekday()]
    expected = any(
        row.opens <= wall.time() and (wall.time() < row.closes or row.closes <= row.opens)
        for row in today
    ) or any(
        row.closes <= row.opens and wall.time() < row.closes
        for row in rows
        if row.weekday == (wall.weekday() - 1) % 7
    )

    assert office.is_open(at) == expected
