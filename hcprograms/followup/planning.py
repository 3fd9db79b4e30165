"""Which messages a lead calls for, to whom and when: rows, written with the lead itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext as _

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import Person, Team, find_team
from hcprograms.institutions.models import Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.writing import write_rows

Purpose = FollowUp.Purpose
Recipient = FollowUp.Recipient


def plan_for_lead(*, lead: Lead, now: datetime) -> list[FollowUp]:
    """Write the rows of a lead's follow-up now; planning twice adds nothing."""
    with scope(institution=lead.institution):
        if FollowUp.objects.filter(lead=lead).exists():
            return []
        rows = plan_follow_ups(lead=lead, now=now)
        write_rows(rows=rows)
    return [row for row in rows if isinstance(row, FollowUp)]


def plan_follow_ups(
    *, lead: Lead, members: Sequence[Membership] | None = None, now: datetime
) -> list[Model]:
    """The rows of a lead's follow-up, not yet saved, with the events that say what cannot be.

    The applicant gets a confirmation at once, also one who ended earlier mail: it answers what
    was asked now, and delivery looks whether it was ended since. Every configured
    advisor gets an alert at once; an unanswered lead is then reminded of and escalated after the
    business minutes of the settings. Where nobody can be told, a failed row says so to staff.
    A lead held for review, erased or finished gets nothing.
    """
    if lead.erased_at or lead.status in (Lead.Status.QUARANTINED, *FINISHED):
        return []
    with scope(institution=lead.institution):
        team = find_team(
            institution=lead.institution, assigned_to=lead.assigned_to, members=members
        )
        rows = [_row(lead, step, now) for step in _steps(lead, team, now)]
    return [*_failures(lead, rows, now), *rows]


FINISHED = (Lead.Status.CLOSED, Lead.Status.SPAM)


@dataclass(frozen=True, slots=True)
class _Step:
    purpose: FollowUp.Purpose
    number: int
    recipient: FollowUp.Recipient
    person: Person
    due_at: datetime
    error: str = ""


def _steps(lead: Lead, team: Team, now: datetime) -> Iterator[_Step]:
    yield _Step(Purpose.CONFIRMATION, 0, Recipient.APPLICANT, Person(lead.email), now)
    for person in team.to_alert:
        yield _Step(Purpose.ALERT, 0, Recipient.ADVISOR, person, now)
    for person in team.without_address:
        error = _("%(who)s has no email address.") % {"who": person.name}
        yield _Step(Purpose.ALERT, 0, Recipient.ADVISOR, person, now, error)
    if team.to_alert:
        yield from _reminders(lead, team, now)
    elif not team.without_address:
        error = _("This institution has no advisor, manager or email address to tell.")
        yield _Step(Purpose.ALERT, 0, Recipient.ADVISOR, Person(""), now, error)


def _reminders(lead: Lead, team: Team, now: datetime) -> Iterator[_Step]:
    """First the one who has the lead, at last the manager, in between somebody else."""
    minutes = conf.remind_after_business_minutes
    hours = read_opening_hours(lead.institution)
    for number, after in enumerate(minutes, start=1):
        due_at = hours.add_business_minutes(now, after)
        if number == 1:
            yield _Step(Purpose.REMINDER, number, Recipient.ADVISOR, team.first, due_at)
        elif number == len(minutes):
            yield _Step(Purpose.ESCALATION, number, Recipient.MANAGER, team.manager, due_at)
        else:
            yield _Step(Purpose.REMINDER, number, Recipient.ADVISOR, team.second, due_at)


def _row(lead: Lead, step: _Step, now: datetime) -> FollowUp:
    return FollowUp(
        institution=lead.institution,
        lead=lead,
        purpose=step.purpose,
        step=step.number,
        recipient=step.recipient,
        membership=step.person.membership,
        address=step.person.address,
        due_at=step.due_at,
        state=FollowUp.State.FAILED if step.error else FollowUp.State.PLANNED,
        last_error=step.error,
    )


def _failures(lead: Lead, rows: Sequence[FollowUp], now: datetime) -> list[LeadEvent]:
    return [
        LeadEvent(lead=lead, kind=LeadEvent.Kind.MAIL_FAILED, at=now, text=row.last_error)
        for row in rows
        if row.state == FollowUp.State.FAILED
    ]
