"""The service level: by when a lead is to be answered, and how long it took. Business minutes."""

from datetime import datetime, timedelta

from hcprograms.conf import conf
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.routing_plan import Plan


def compute_answer_due(*, plan: Plan, now: datetime) -> datetime | None:
    """When the last of the reminders' minutes has passed; None where nothing is promised."""
    minutes = conf.remind_after_business_minutes
    return plan.office.add_business_minutes(now, minutes[-1]) if minutes else None


def measure_answer(*, lead: Lead, now: datetime) -> int:
    """Business minutes from arrival, release or reopening of the lead until now. Needs a scope."""
    starts = LeadEvent.objects.filter(
        lead=lead, kind__in=[LeadEvent.Kind.RELEASED, LeadEvent.Kind.REOPENED]
    )
    since = starts.order_by("-at").values_list("at", flat=True).first() or lead.captured_at
    hours = read_opening_hours(lead.institution)
    return int(hours.business_minutes_between(since, now))


def measure_left(*, due_at: datetime, hours: OpeningHours, now: datetime) -> timedelta:
    """Business time left until then; negative when it has passed."""
    if now <= due_at:
        return timedelta(minutes=hours.business_minutes_between(now, due_at))
    return -timedelta(minutes=hours.business_minutes_between(due_at, now))
