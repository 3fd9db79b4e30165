"""What the machines that watch the site are told."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
from celery import Celery
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from hcprograms.followup.models import FollowUp, Heartbeat
from hcprograms.followup.monitoring import health, views
from hcprograms.followup.monitoring.health import check_health
from hcprograms.followup.monitoring.heartbeat import HeartbeatWriter
from hcprograms.followup.notify import CircuitBreaker
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.queue import lease_due
from tests.factories import NOW
from tests.services import running_redis

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]


def test_empty_queue_is_well():
    found = check_health(now=NOW)

    assert (found.is_well, found.due, found.oldest_due_seconds) == (True, 0, 0)


def test_queue_that_waits_a_little_is_well(lead):
    plan_for_lead(lead=lead, now=NOW)

    found = check_health(now=NOW + timedelta(seconds=149))

    assert (found.is_well, found.due, found.oldest_due_seconds) == (True, 3, 149)


def test_queue_that_nobody_sweeps_is_not_well(lead):
    plan_for_lead(lead=lead, now=NOW)

    assert not check_health(now=NOW + timedelta(seconds=151)).is_well


def test_failures_of_the_last_day_are_counted(lead):
    plan_for_lead(lead=lead, now=NOW)
    FollowUp.objects.filter(purpose="alert").update(state="failed")

    today, tomorrow = (check_health(now=NOW + timedelta(hours=hours)) for hours in (23, 25))

    assert (today.failed_last_day, today.dead_letters) == (2, 2)
    assert (tomorrow.failed_last_day, tomorrow.dead_letters) == (0, 2)


def test_what_is_being_sent_or_tried_again_is_counted_apart(lead):
    plan_for_lead(lead=lead, now=NOW)
    lease_due(now=NOW, limit=1)
    tried = FollowUp.objects.filter(state="planned", due_at=NOW).first()
    soon, began = NOW + timedelta(minutes=10), NOW - timedelta(minutes=3)
    FollowUp.objects.filter(pk=tried.pk).update(
        attempts=2, ambiguous_attempts=1, due_at=soon, first_attempt_at=began
    )

    found = check_health(now=NOW)

    assert (found.due, found.sending, found.retrying, found.ambiguous) == (1, 1, 1, 1)
    assert (found.oldest_due_seconds, found.queue_age_seconds) == (0, 180)


def try_for_long(lead, *, now, addresses=9):
    """What a mail server that is down leaves behind: always to be tried again soon."""
    plan_for_lead(lead=lead, now=now)
    rows = FollowUp.objects.filter(due_at__lte=now).order_by("pk")[:addresses]
    FollowUp.objects.exclude(pk__in=rows).delete()
    FollowUp.objects.update(
        attempts=9, first_attempt_at=now, due_at=now + timedelta(minutes=15, seconds=30)
    )


def test_mail_server_that_takes_nothing_is_not_well(lead):
    try_for_long(lead, now=NOW)

    soon, late = (check_health(now=NOW + timedelta(minutes=minutes)) for minutes in (14, 15))

    assert (soon.is_well, soon.is_mail_stuck) == (True, False)
    assert (late.is_well, late.is_mail_stuck) == (False, True)


def test_one_address_that_takes_nothing_is_no_fault_of_the_site(lead):
    try_for_long(lead, now=NOW, addresses=1)

    assert check_health(now=NOW + timedelta(minutes=15)).is_well


def test_mail_that_others_take_is_no_fault_of_the_site(lead):
    try_for_long(lead, now=NOW)
    row = FollowUp.objects.order_by("-pk")[:1]
    FollowUp.objects.filter(pk__in=row).update(state="sent", sent_at=NOW + timedelta(minutes=1))

    assert check_health(now=NOW + timedelta(minutes=15)).is_well


def test_each_process_says_when_it_swept():
    HeartbeatWriter("runner").record(now=NOW)
    HeartbeatWriter("worker").record(now=NOW + timedelta(seconds=20))

    found = check_health(now=NOW + timedelta(seconds=30))

    assert found.last_sweeps == {"runner": 30, "worker": 10}
    assert found.last_sweep_seconds == 10


def test_heart_beats_seldom(django_assert_num_queries):
    heart = HeartbeatWriter("runner")
    heart.record(now=NOW)

    with django_assert_num_queries(0):
        heart.record(now=NOW + timedelta(seconds=29))
    heart.record(now=NOW + timedelta(seconds=30))

    assert Heartbeat.objects.get().at == NOW + timedelta(seconds=30)
    assert check_health(now=NOW + timedelta(seconds=45)).last_sweep_seconds == 15


def test_health_page_of_a_well_site(client):
    response = client.get(reverse("hcprograms:health"))

    assert response.status_code == 200
    assert response.json() == {
        "database": True,
        "is_well": True,
        "due": 0,
        "sending": 0,
        "retrying": 0,
        "ambiguous": 0,
        "dead_letters": 0,
        "oldest_due_seconds": 0,
        "queue_age_seconds": 0,
        "failed_last_day": 0,
        "is_mail_stuck": False,
        "unreadable_mails": 0,
        "last_sweep_seconds": None,
        "last_sweeps": {},
    }
    assert response.cookies == {}


def test_health_page_of_a_stuck_site(client, lead):
    plan_for_lead(lead=lead, now=timezone.now() - timedelta(hours=1))

    response = client.get(reverse("hcprograms:health"))

    assert (response.status_code, response.json()["due"] >= 3) == (503, True)
    assert "@" not in response.content.decode()


def test_health_page_without_a_database(client, monkeypatch):
    def broken(*, now):
        raise DatabaseError

    monkeypatch.setattr(views, "check_health", broken)

    response = client.get(reverse("hcprograms:health"))

    assert response.status_code == 503
    assert response.json() == {"is_well": False, "database": False}


# The broker: told, never waited for, and no reason to call the site unwell.


def answer():
    """A broker that answers."""


def refuse():
    raise ConnectionRefusedError


def hang():
    HANGING.wait(30)


HANGING = threading.Event()


@pytest.fixture
def check_by(settings, monkeypatch):
    """Name the callable that asks the broker, with a breaker of its own."""
    monkeypatch.setattr(health, "_breaker", CircuitBreaker())

    def name(function):
        path = f"{__name__}.{function.__name__}"
        settings.HCPROGRAMS = settings.HCPROGRAMS | {"CHECK_BROKER": path}

    return name


def test_site_without_a_broker_says_nothing_of_one(client):
    assert "broker" not in client.get(reverse("hcprograms:health")).json()


@pytest.mark.parametrize(("check", "expected"), [(answer, True), (refuse, False)])
def test_broker_is_told_and_the_site_is_well_without(client, check_by, check, expected):
    check_by(check)

    response = client.get(reverse("hcprograms:health"))

    assert (response.status_code, response.json()["broker"]) == (200, expected)


def test_broker_that_hangs_is_left_and_not_asked_again_soon(check_by):
    check_by(hang)

    first = health.get_broker_state(seconds=0.05)
    check_by(answer)
    second = health.get_broker_state()
    HANGING.set()

    assert (first, second) == (False, False)


def test_broker_of_a_site_without_a_database_is_told_too(client, check_by, monkeypatch):
    def broken(*, now):
        raise DatabaseError

    check_by(answer)
    monkeypatch.setattr(views, "check_health", broken)

    response = client.get(reverse("hcprograms:health"))

    assert response.json() == {"is_well": False, "database": False, "broker": True}


@pytest.mark.redis
def test_real_broker_answers_and_then_does_not():
    app = Celery("asked", set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    with running_redis() as url:
        app.conf.broker_url = url
        with app.connection_for_write() as connection:
            assert ask_of(connection) is None
    with app.connection_for_write() as connection, pytest.raises((OperationalError, RedisError)):
        ask_of(connection)


def ask_of(connection):
    """As ``tasks.check_broker`` does, of an app that is not the current one."""
    with mock.patch("hcprograms.tasks.current_app") as current:
        current.connection_for_write.return_value = connection
        return import_string("hcprograms.tasks.check_broker")()


# However many were sent.


@pytest.mark.postgres
def test_health_reads_indexes_of_open_and_failed_rows_only(lead, django_assert_max_num_queries):
    fill_with_sent(lead, count=20_000)

    with CaptureQueriesContext(connection) as queries, django_assert_max_num_queries(5):
        check_health(now=NOW)

    plans = "\n".join(explain(one["sql"]) for one in queries if "hcprograms_followup" in one["sql"])
    assert "hcp_follow_up_due" in plans
    assert "hcp_follow_up_failed" in plans
    assert "Seq Scan" not in plans


def fill_with_sent(lead, *, count):
    sent = {"state": "sent", "sent_at": NOW, "due_at": NOW, "recipient": "advisor"}
    FollowUp.objects.bulk_create(
        FollowUp(
            institution=lead.institution,
            lead=lead,
            purpose="alert",
            address=f"a{number}@school.example",
            **sent,
        )
        for number in range(count)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hcprograms_followup")


def explain(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())
