"""The promise of a first response: by when, how long it took, how well it was kept, in words.

All times are business time of the institution's office hours.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hcprograms.conf import conf
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.lead import Lead, LeadEvent, LeadQuerySet
from hcprograms.leads.report_facts import judge_answer
from hcprograms.leads.reporting import Fact, Line, total

RECENT_DAYS = (7, 30)
MINUTE = timedelta(minutes=1)


def compute_response_due(*, hours: OpeningHours, now: datetime) -> datetime | None:
    """Return when the last of the settings' reminders is due; None where nothing is promised."""
    minutes = conf.remind_after_business_minutes
    return hours.add_business_minutes(now, minutes[-1]) if minutes else None


def measure_response(*, lead: Lead, now: datetime) -> int:
    """Return the minutes from arrival, release or reopening until now. Needs a scope."""
    starts = LeadEvent.objects.filter(
        lead=lead, kind__in=[LeadEvent.Kind.RELEASED, LeadEvent.Kind.REOPENED]
    )
    since = starts.order_by("-at").values_list("at", flat=True).first() or lead.captured_at
    hours = read_opening_hours(lead.institution)
    return int(hours.business_minutes_between(since, now))


def measure_left(*, due_at: datetime, hours: OpeningHours, now: datetime) -> timedelta:
    """Return the time left until then; negative when it has passed."""
    if now <= due_at:
        return timedelta(minutes=hours.business_minutes_between(now, due_at))
    return -timedelta(minutes=hours.business_minutes_between(due_at, now))


def get_response_figures(*, leads: LeadQuerySet, now: datetime) -> Mapping[int, Line]:
    """Return days → figures of the leads that came in within these, spam left out. One query."""
    since = now - timedelta(days=max(RECENT_DAYS))
    rows = leads.genuine().filter(captured_at__gte=since, merged_into=None).order_by()
    facts = [
        (at, Fact(day=at.date(), minutes=minutes, is_within=judge_answer(answered, due, now)))
        for at, minutes, answered, due in rows.values_list(
            "captured_at", "answered_after_minutes", "first_answered_at", "answer_due_at"
        )
    ]
    return {
        days: total([fact for at, fact in facts if at >= now - timedelta(days=days)], [])
        for days in RECENT_DAYS
    }


def format_time_left(left: timedelta) -> str:
    """Return “25 min left” or “overdue by 2 h 5 min”."""
    if left < timedelta():
        return _("overdue by %(time)s") % {"time": format_duration(-left)}
    return _("%(time)s left") % {"time": format_duration(left)}


def format_duration(length: timedelta) -> str:
    hours, minutes = divmod(int(length / MINUTE), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    # Beyond two days nobody counts minutes.
    if hours >= 48:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
