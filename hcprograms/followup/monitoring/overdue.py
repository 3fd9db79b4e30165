"""What is overdue, of the institutions that somebody works for: for the page “What is late now”."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, When

from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.backlog import get_longest_wait
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.lead import Lead, LeadQuerySet
from hcprograms.leads.sla import format_duration, measure_left

SOON = timedelta(hours=1)
MOST_LISTED = 10
MOST_ADVISORS = 20


@dataclass(frozen=True, slots=True)
class OverdueLead:
    lead: Lead
    overdue: str
    """Business time, in words."""
    is_own: bool


@dataclass(frozen=True, slots=True)
class AdvisorLoad:
    """Unanswered leads of one advisor (None: of nobody) in one institution."""

    advisor: Membership | None
    institution_id: int
    waiting: int
    late: int
    overdue: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """``late`` and ``loads`` are beginnings of lists: what is one's own first, then the latest."""

    waiting: int
    late_count: int
    soon_count: int
    late: Sequence[OverdueLead]
    loads: Sequence[AdvisorLoad]


def get_overdue(*, leads: LeadQuerySet, own: Collection[int], now: datetime) -> Overdue:
    """Of these leads; ``own`` are the memberships of who asks. Seven queries at most."""
    waiting = leads.needs_response().order_by()
    is_late = Q(answer_due_at__lt=now)
    counts = waiting.aggregate(
        waiting=Count("pk"),
        late=Count("pk", filter=is_late),
        soon=Count("pk", filter=Q(answer_due_at__range=(now, now + SOON))),
    )
    mine_first = Case(When(assigned_to__in=list(own), then=0), default=1)
    rows = waiting.filter(is_late).order_by(mine_first, "answer_due_at", "pk")
    late = list(rows.select_related("assigned_to__user", "institution")[:MOST_LISTED])
    grouped = list(
        waiting.values_list("institution_id", "assigned_to_id")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=is_late), due=Min("answer_due_at"))
        .order_by(mine_first, "-late", "-waiting", "institution_id", "assigned_to_id")[
            :MOST_ADVISORS
        ]
    )
    hours = _read_hours({*(one.institution_id for one in late), *(one[0] for one in grouped)})
    members = Membership.objects.select_related("user").in_bulk(
        [one[1] for one in grouped if one[1]]
    )
    return Overdue(
        waiting=counts["waiting"],
        late_count=counts["late"],
        soon_count=counts["soon"],
        late=[
            OverdueLead(
                lead=one,
                overdue=_format_overdue(one.answer_due_at, hours[one.institution_id], now),
                is_own=one.assigned_to_id in own,
            )
            for one in late
        ],
        loads=[
            AdvisorLoad(
                advisor=members.get(member) if member else None,
                institution_id=school,
                waiting=number,
                late=late_number,
                overdue=_format_overdue(due, hours[school], now),
                is_own=member in own,
            )
            for school, member, number, late_number, due in grouped
        ],
    )


def _read_hours(schools: Collection[int]) -> Mapping[int, OpeningHours]:
    rows = Institution.objects.filter(pk__in=schools)
    found = rows.prefetch_related("office_hours", "closures")
    return {one.pk: read_opening_hours(one) for one in found}


def _format_overdue(due_at: datetime | None, hours: OpeningHours, now: datetime) -> str:
    if due_at is None or due_at >= now:
        return ""
    return format_duration(-measure_left(due_at=due_at, hours=hours, now=now))


def count_unsent(*, follow_ups: "QuerySet[Any]", now: datetime) -> dict[str, int]:
    """How many of these messages are late, tried again, or given up. Two queries."""
    open_now = follow_ups.filter(is_open=True, due_at__lte=now + SOON).order_by()
    found = open_now.aggregate(
        stuck=Count("pk", filter=Q(due_at__lte=now - get_longest_wait())),
        retrying=Count("pk", filter=Q(attempts__gt=0, state=FollowUp.State.PLANNED)),
    )
    failed = follow_ups.filter(state=FollowUp.State.FAILED).order_by().count()
    return {**found, "failed": failed}


def list_failed(*, follow_ups: "QuerySet[Any]") -> list[Any]:
    """The latest messages that were given up."""
    failed = follow_ups.filter(state=FollowUp.State.FAILED)
    return list(failed.order_by(F("due_at").desc(), "-pk")[:MOST_LISTED])
