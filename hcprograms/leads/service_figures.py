"""How well the service level was kept lately: the share in time, and how long answers took."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hcprograms.leads.models.lead import LeadQuerySet
from hcprograms.leads.report_facts import judge_answer
from hcprograms.leads.reporting import Fact, Line, total

LATELY = (7, 30)
"""Days."""


def read_service_figures(*, leads: LeadQuerySet, now: datetime) -> Mapping[int, Line]:
    """Days → figures of the leads that came in within these, spam left out. One query."""
    rows = leads.genuine().filter(
        captured_at__gte=now - timedelta(days=max(LATELY)), merged_into=None
    )
    facts = [
        (
            at,
            Fact(day=at.date(), minutes=minutes, is_within=judge_answer(answered, due, now)),
        )
        for at, minutes, answered, due in rows.order_by().values_list(
            "captured_at", "answered_after_minutes", "first_answered_at", "answer_due_at"
        )
    ]
    return {
        days: total([fact for at, fact in facts if at >= now - timedelta(days=days)], [])
        for days in LATELY
    }
