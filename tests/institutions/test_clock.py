"""Hosts that disagree about the time agree with the database."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hcprograms.institutions import clock
from hcprograms.institutions.clock import compare_clocks, read_clock

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(clock, "_correction", clock._Correction())


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("hours", [2, -2])
def test_host_whose_clock_is_wrong_reads_the_databases(hours, caplog):
    right = timezone.now()

    with time_machine.travel(right + timedelta(hours=hours)):
        compare_clocks()
        read = read_clock()

    assert abs(read - right) < 30 * SECOND
    assert f"differ by {-hours * 3600} s" in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db
def test_clock_that_was_set_right_is_trusted_again(monkeypatch):
    monkeypatch.setattr(clock, "COMPARED_FOR_SECONDS", 0)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        compare_clocks()

    assert compare_clocks() == timedelta()


@pytest.mark.postgres
@pytest.mark.django_db
def test_small_differences_are_left_alone():
    with time_machine.travel(timezone.now() + 2 * SECOND):
        assert compare_clocks() == timedelta()


@pytest.mark.postgres
@pytest.mark.django_db
def test_database_is_asked_once_a_minute():
    with CaptureQueriesContext(connection) as queries:
        compare_clocks()
        compare_clocks()

    assert len(queries) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_clocks_are_compared_when_a_connection_is_made():
    connection.close()

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        connection.connect()
        corrected = clock._correction.value

    assert abs(corrected + timedelta(hours=2)) < 30 * SECOND


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_clocks_are_compared_by_who_has_no_connection_yet():
    connection.close()

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        compared = compare_clocks()

    assert abs(compared + timedelta(hours=2)) < 30 * SECOND


@pytest.mark.sqlite
@pytest.mark.django_db
def test_database_without_a_clock_of_its_own_is_not_asked(django_assert_num_queries):
    with django_assert_num_queries(0), time_machine.travel(0):
        assert compare_clocks() == timedelta()
