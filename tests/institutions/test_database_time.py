"""The clock that all hosts of a site share."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from hcprograms.institutions.database_time import get_database_time

pytestmark = pytest.mark.django_db


@pytest.fixture
def _database_time():
    """Ask the server itself."""


@pytest.mark.postgres
@pytest.mark.parametrize("hours", [2, -2])
def test_database_time_on_a_host_whose_clock_is_wrong_is_right(hours, django_assert_num_queries):
    right = timezone.now()

    with time_machine.travel(right + timedelta(hours=hours)), django_assert_num_queries(1):
        found = get_database_time()

    assert abs(found - right) < timedelta(seconds=30)


@pytest.mark.sqlite
def test_database_time_without_a_server_is_the_hosts(django_assert_num_queries):
    with django_assert_num_queries(0), time_machine.travel(0, tick=False):
        assert get_database_time() == timezone.now()
