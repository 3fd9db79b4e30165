"""Hours of an institution with its closures and public holidays."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from hcprograms.institutions.opening import find_holidays, read_opening_hours
from tests.factories import make_institution, make_office_hours

pytestmark = pytest.mark.django_db

THANKSGIVING = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
FRIDAY_AFTER = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False):
        yield


def make_school(**fields):
    place = {"country": "US", "state": "TX", "time_zone": "America/Chicago"}
    school = make_institution(**{"closes_on_holidays": True} | place | fields)
    make_office_hours(institution=school)
    return school


def test_school_that_closes_on_holidays_is_closed_on_one():
    hours = read_opening_hours(make_school())

    assert not hours.is_open(THANKSGIVING)


def test_school_that_works_on_holidays_is_open():
    hours = read_opening_hours(make_school(closes_on_holidays=False))

    assert hours.is_open(THANKSGIVING)


def test_holidays_are_those_of_the_state():
    assert not read_opening_hours(make_school(state="TX")).is_open(FRIDAY_AFTER)
    assert read_opening_hours(make_school(state="NY")).is_open(FRIDAY_AFTER)


def test_holiday_on_a_sunday_closes_the_day_on_which_it_is_observed():
    days = [holiday.first_day for holiday in find_holidays(make_school())]

    assert date(2027, 7, 5) in days  # July 4 is a Sunday


@pytest.mark.parametrize("place", [{"country": "AQ"}, {"country": "GB", "state": "Kent"}])
def test_place_that_nobody_knows_is_no_error(place):
    assert read_opening_hours(make_school(**place)).ever_opens(THANKSGIVING)


def test_business_minutes_jump_over_a_holiday():
    hours = read_opening_hours(make_school())

    due = hours.add_business_minutes(datetime(2026, 11, 25, 22, 30, tzinfo=UTC), 60)

    assert due == datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # over Thursday, Friday, the weekend
