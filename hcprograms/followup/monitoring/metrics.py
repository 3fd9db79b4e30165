"""Figures for Prometheus, read from the database at each scrape: any number of workers is right.

Needs the extra ``metrics``. What would grow with the number of sent messages looks at the last
hour only: those are gauges, not counters. No label names a person, an address or an institution.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.backlog import filter_failed
from hcprograms.followup.monitoring.health import Health, check_health
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import CaptureAttempt

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
WINDOW = timedelta(hours=1)
BUCKETS = (0.05, 0.1, 0.5, 1, 5, 15, 30, 60, 300, 900, 3600)
"""Upper bounds in seconds."""
AT_ONCE = (FollowUp.Purpose.CONFIRMATION, FollowUp.Purpose.ALERT, FollowUp.Purpose.MESSAGE)
"""Messages that are due when they are written: their latency is that of the queue."""

Purpose = FollowUp.Purpose


def write_metrics(*, now: datetime) -> bytes:
    """The text of a scrape. Raises ``django.db.DatabaseError`` as ``check_health`` does."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(now))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Any]:
        return []  # so that registering reads nothing

    def collect(self) -> Iterator[Any]:
        yield from describe_health(check_health(now=self.now))
        with scopes_disabled():
            yield from describe_messages(self.now)
            yield describe_latency(self.now)
            yield describe_captures(self.now)


def describe_health(found: Health) -> Iterator[Any]:
    gauges: Mapping[str, tuple[str, float]] = {
        "well": ("1 while follow-ups flow.", float(found.is_well)),
        "followups_due": ("Messages that are due now.", found.due),
        "followups_sending": ("Messages that a worker holds now.", found.sending),
        "followups_retrying": ("Messages to be tried again.", found.retrying),
        "followups_ambiguous": ("Open messages that may have arrived.", found.ambiguous),
        "oldest_due_seconds": ("How late the latest message is.", found.oldest_due_seconds),
        "unreadable_mails": ("Mails that came in and could not be read.", found.unreadable_mails),
        "queue_age_seconds": ("Age of the oldest undelivered message.", found.queue_age_seconds),
    }
    for name, (text, value) in gauges.items():
        yield GaugeMetricFamily(f"hcprograms_{name}", text, value=value)
    sweeps = GaugeMetricFamily(
        "hcprograms_last_sweep_seconds", "Since the last sweep.", labels=["process"]
    )
    for process, seconds in found.last_sweeps.items():
        sweeps.add_metric([process], seconds)
    yield sweeps


def describe_messages(now: datetime) -> Iterator[Any]:
    """Sent in the last hour and failed for good, by purpose; 0 where there are none."""
    told: Mapping[str, tuple[str, QuerySet[FollowUp]]] = {
        "followups_sent_last_hour": (
            "Messages that were taken within the last hour.",
            FollowUp.objects.filter(sent_at__gte=now - WINDOW),
        ),
        "followups_failed": ("Messages that were given up and not sent again.", filter_failed()),
    }
    for name, (text, rows) in told.items():
        family = GaugeMetricFamily(f"hcprograms_{name}", text, labels=["purpose"])
        counted = dict(rows.order_by().values_list("purpose").annotate(count=Count("pk")))
        for purpose in Purpose.values:
            family.add_metric([purpose], counted.get(purpose, 0))
        yield family


def describe_latency(now: datetime) -> Any:
    """From the lead's commit to the mail server's acceptance, of what was sent in the last hour."""
    sent = FollowUp.objects.filter(sent_at__gte=now - WINDOW, purpose__in=AT_ONCE)
    took = sent.annotate(took=F("sent_at") - F("created_at"))
    within = {
        f"le_{number}": Count("pk", filter=Q(took__lte=timedelta(seconds=bound)))
        for number, bound in enumerate(BUCKETS)
    }
    found = took.aggregate(count=Count("pk"), sum=Coalesce(Sum("took"), timedelta()), **within)
    buckets = [(str(float(one)), found[f"le_{number}"]) for number, one in enumerate(BUCKETS)]
    family = GaugeHistogramMetricFamily(
        "hcprograms_followup_latency_seconds",
        "From planning to acceptance, of messages due at once, sent within the last hour.",
    )
    family.add_metric(
        [], [*buckets, ("+Inf", found["count"])], gsum_value=found["sum"].total_seconds()
    )
    return family


def describe_captures(now: datetime) -> Any:
    """Submits of the last hour by what became of them."""
    family = GaugeMetricFamily(
        "hcprograms_captures_last_hour",
        "Submits of interest forms within the last hour.",
        labels=["outcome"],
    )
    # By institution, because so goes the index.
    rows = CaptureAttempt.objects.filter(
        institution__in=Institution.objects.order_by().values("pk"), at__gte=now - WINDOW
    )
    counted = dict(rows.order_by().values_list("outcome").annotate(count=Count("pk")))
    for outcome in CaptureAttempt.Outcome.values:
        family.add_metric([outcome], counted.get(outcome, 0))
    return family
