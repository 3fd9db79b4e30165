"""What the machines that watch the site are told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup import views
from hcprograms.followup.health import Heart, check_health
from hcprograms.followup.models import FollowUp, Heartbeat
from hcprograms.followup.planning import plan_for_lead
from tests.factories import NOW

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

    assert check_health(now=NOW + timedelta(hours=23)).failed_last_day == 2
    assert check_health(now=NOW + timedelta(hours=25)).failed_last_day == 0


def test_heart_beats_seldom(django_assert_num_queries):
    heart = Heart("runner")
    heart.beat(now=NOW)

    with django_assert_num_queries(0):
        heart.beat(now=NOW + timedelta(seconds=29))
    heart.beat(now=NOW + timedelta(seconds=30))

    assert Heartbeat.objects.get().at == NOW + timedelta(seconds=30)
    assert check_health(now=NOW + timedelta(seconds=45)).last_sweep_seconds == 15


def test_health_page_of_a_well_site(client):
    response = client.get(reverse("hcprograms:health"))

    assert response.status_code == 200
    assert response.json() == {
        "database": True,
        "is_well": True,
        "due": 0,
        "oldest_due_seconds": 0,
        "failed_last_day": 0,
        "last_sweep_seconds": None,
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
