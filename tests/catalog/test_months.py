import pytest

from hcprograms.catalog.months import list_months, name_month
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


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
