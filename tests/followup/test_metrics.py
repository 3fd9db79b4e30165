"""Figures for Prometheus: who may read them, what they say, and what they never say."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from hcprograms.checks import check_settings
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.heartbeat import HeartbeatWriter
from hcprograms.followup.monitoring.metrics import write_metrics
from hcprograms.followup.plan import plan_for_lead
from hcprograms.leads.models.lead import CaptureAttempt
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]

TOKEN = "0123456789abcdefghij"


@pytest.fixture
def with_token(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"METRICS_TOKEN": TOKEN}


def read(client, **headers):
    return client.get(reverse("hcprograms:metrics"), headers=headers)


def scrape(now=NOW):
    """Name and labels → value, as Prometheus' own parser reads it."""
    families = text_string_to_metric_families(write_metrics(now=now).decode())
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_nobody_reads_metrics_of_a_site_without_a_token(client):
    assert read(client).status_code == 401
    assert read(client, authorization="Bearer ").status_code == 401


@pytest.mark.usefixtures("with_token")
@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        (f"Basic {TOKEN}", 401),
        ("Bearer ÿ", 401),
        ("", 401),
    ],
)
def test_metrics_are_for_who_has_the_token(client, header, status):
    response = read(client, authorization=header)

    assert response.status_code == status
    assert response.cookies == {}


@pytest.mark.parametrize(("fields", "status"), [({"is_superuser": True}, 200), ({}, 401)])
def test_metrics_of_all_institutions_are_for_superusers_only(client, fields, status):
    client.force_login(factories.make_user(is_staff=True, **fields))

    assert read(client).status_code == status


@pytest.mark.parametrize("token", ["short", " " * 30, None, "a b" * 20, "é" * 30])
def test_weak_token_is_an_error(settings, token):
    settings.HCPROGRAMS = {"METRICS_TOKEN": token}

    assert [one.id for one in check_settings()] == ["hcprograms.E003"]


def test_figures_of_a_queue(lead):
    plan_for_lead(lead=lead, now=NOW - timedelta(minutes=2))
    FollowUp.objects.filter(address="bob@school.example", purpose="alert").update(state="failed")
    HeartbeatWriter("runner").record(now=NOW - timedelta(seconds=9))

    found = scrape()

    assert found["hcprograms_well",] == 1
    assert found["hcprograms_followups_due",] == 2
    assert found["hcprograms_oldest_due_seconds",] == 120
    assert found["hcprograms_followups_failed", "alert"] == 1
    assert found["hcprograms_followups_failed", "confirmation"] == 0
    assert found["hcprograms_last_sweep_seconds", "runner"] == 9


def test_latency_is_a_distribution_of_the_last_hour(lead):
    plan_for_lead(lead=lead, now=NOW)
    rows = list(FollowUp.objects.filter(due_at=NOW).order_by("pk"))
    for row, seconds in zip(rows, (0.02, 3, 100_000), strict=True):
        FollowUp.objects.filter(pk=row.pk).update(
            state="sent", created_at=NOW - timedelta(seconds=seconds), sent_at=NOW
        )
    FollowUp.objects.filter(step__gte=1).update(  # a reminder takes as long as it should
        state="sent", created_at=NOW - timedelta(days=1), sent_at=NOW
    )

    found, later = scrape(), scrape(NOW + timedelta(hours=1, seconds=1))

    name = "hcprograms_followup_latency_seconds"
    assert [found[f"{name}_bucket", bound] for bound in ("0.05", "1.0", "5.0", "+Inf")] == [
        1,
        1,
        2,
        3,
    ]
    assert later[f"{name}_bucket", "+Inf"] == 0
    assert found["hcprograms_followups_sent_last_hour", "alert"] == 2
    assert later["hcprograms_followups_sent_last_hour", "alert"] == 0


def test_captures_are_counted_by_outcome(lead):
    for outcome, minutes in [("captured", 1), ("captured", 59), ("limited", 5), ("captured", 61)]:
        CaptureAttempt.objects.create(
            institution=lead.institution,
            form=lead.form,
            outcome=outcome,
            at=NOW - timedelta(minutes=minutes),
        )

    found = scrape()

    assert found["hcprograms_captures_last_hour", "captured"] == 2
    assert found["hcprograms_captures_last_hour", "limited"] == 1


def test_metrics_name_nobody(client, lead, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"METRICS_TOKEN": TOKEN}
    type(lead).objects.update(name="Canary Byrd", phone="+13035550142")
    lead.refresh_from_db()
    plan_for_lead(lead=lead, now=timezone.now() - timedelta(minutes=1))
    FollowUp.objects.update(last_error="550 no ada@applicant.example here")

    text = read(client, authorization=f"Bearer {TOKEN}").content.decode().lower()

    words = ("canary", "@", "0142", "school", "applicant.example", str(lead.public_id))
    assert [word for word in words if word in text] == []


def test_a_scrape_reads_a_fixed_number_of_queries(lead):
    plan_for_lead(lead=lead, now=NOW)

    counts = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            scrape()
        counts.append(len(queries))
        plan_for_lead(lead=factories.make_lead(form=lead.form), now=NOW)

    assert counts == [9, 9]


@pytest.mark.postgres
def test_a_scrape_reads_no_whole_table(lead):
    long_ago = NOW - timedelta(days=9)
    FollowUp.objects.bulk_create(
        FollowUp(
            institution=lead.institution,
            lead=lead,
            purpose="alert",
            recipient="advisor",
            address=f"a{number}@school.example",
            state="sent",
            sent_at=long_ago,
            due_at=long_ago,
        )
        for number in range(20_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hcprograms_followup")

    with CaptureQueriesContext(connection) as queries:
        scrape()

    read_rows = [one["sql"] for one in queries if "hcprograms_followup" in one["sql"]]
    with connection.cursor() as cursor:
        for sql in read_rows:
            cursor.execute(f"EXPLAIN {sql}")
            assert "Seq Scan" not in str(cursor.fetchall()), sql
