from datetime import time

import pytest

from hcprograms.institutions.models import OfficeHours
from hcprograms.leads.expectation import describe_office_hours
from hcprograms.leads.months import list_months, name_month
from tests.factories import TODAY, make_institution, make_office_hours

pytestmark = pytest.mark.django_db


def test_office_hours_join_neighbouring_days_that_are_alike():
    school = make_institution()
    make_office_hours(institution=school, weekdays=range(4))
    OfficeHours.objects.create(institution=school, weekday=4, opens=time(9), closes=time(12))
    OfficeHours.objects.create(institution=school, weekday=4, opens=time(13), closes=time(15, 30))
    OfficeHours.objects.create(institution=school, weekday=6, opens=time(9), closes=time(17))

    lines = [(line.days, line.hours) for line in describe_office_hours(institution=school)]

    assert lines == [
        ("Monday to Thursday", "9 a.m. – 5 p.m."),
        ("Friday", "9 a.m. – noon, 1 p.m. – 3:30 p.m."),
        ("Sunday", "9 a.m. – 5 p.m."),
    ]


def test_institution_without_hours_has_no_lines():
    assert describe_office_hours(institution=make_institution()) == []


def test_months_go_on_over_the_year():
    assert [*list_months(first=TODAY, count=3)] == [
        ("2026-11", "November 2026"),
        ("2026-12", "December 2026"),
        ("2027-01", "January 2027"),
    ]


@pytest.mark.parametrize(
    ("value", "name"), [("2027-09", "September 2027"), ("", ""), ("2027-13", "2027-13")]
)
def test_month_is_named_where_it_is_one(value, name):
    assert name_month(value) == name
