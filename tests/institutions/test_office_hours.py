"""Published office hours in words."""

from datetime import time

import pytest

from hcprograms.institutions.models import OfficeHours
from hcprograms.institutions.office_hours import describe_office_hours
from tests.factories import make_institution, make_office_hours

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
