"""“What would be sent when?”: a sequence told for one lead, real or made up; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Program
from hcprograms.followup.conditions import Facts, SkipReason, get_rule_skip_reason
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import LeadSequence, schedule_steps
from hcprograms.followup.recipients import find_team
from hcprograms.followup.step_words import (
    OBJECTIONS,
    name_recipient,
    say_conditions,
    say_purpose,
    say_step,
    say_wait,
)
from hcprograms.followup.steps import Conditions, To
from hcprograms.institutions.hours import OpeningHours, find_zone
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.opening import find_holidays
from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.words import describe_moment
from hcprograms.leads.assignment import get_routing_plan
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead

MOST_DAYS_OFF = 12


@dataclass(frozen=True, slots=True)
class Story:
    """A lead and what becomes of it. Times are aware; None: it never happens.

    ``facts`` hold at the beginning.
    """

    kind: str
    asks_at: datetime
    facts: Facts = Facts()
    advisor: Membership | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    unsubscribes_at: datetime | None = None

    def facts_at(self, at: datetime) -> Facts:
        """What is known of the lead by then."""
        is_answered = _is_past(self.answered_at, at)
        is_ended = self.facts.is_ended or _is_past(self.ended_at, at)
        ended = {"email"} if _is_past(self.unsubscribes_at, at) else set()
        status = self.facts.status
        if is_answered and status == Lead.Status.NEW:
            status = Lead.Status.CONTACTED
        return replace(
            self.facts,
            status=status,
            is_answered=is_answered,
            is_ended=is_ended,
            consents=self.facts.consents - ended,
        )


def _is_past(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


@dataclass(frozen=True, slots=True)
class Told:
    """One message in words. ``objection`` is why it is not sent; empty: it is."""

    due_at: datetime
    when: str
    """By the institution's clock."""
    waits: str
    """How long after the request."""
    what: str
    whom: str
    channel: str
    template: str
    conditions: Sequence[str]
    objection: str


@dataclass(frozen=True, slots=True)
class Simulation:
    lead_sequence: LeadSequence
    asked_in_words: str
    messages: Sequence[Told]
    notes: Sequence[str]
    days_off: Sequence[tuple[date, date, str]]
    """First and last day, and why, of those that lie on the way."""


def simulate_sequence(
    *, institution: Institution, lead_sequence: LeadSequence, story: Story
) -> Simulation:
    """Tell what would be sent when, to whom, and why not, in the order of time."""
    with scope(institution=institution):
        plan = get_routing_plan(institution=institution)
        lead = _imagine_lead(institution, story)
        team = find_team(
            institution=institution,
            assigned_to=story.advisor,
            is_away=lambda member: plan.is_away(member.pk, story.asks_at),
        )
        rows = schedule_steps(
            lead=lead, lead_sequence=lead_sequence, team=team, plan=plan, now=story.asks_at
        )
        names = _name_programs(rows)
    rows.sort(key=lambda row: row.due_at)
    zone = plan.office.zone
    asks_at = story.asks_at.astimezone(zone)
    last = max((row.due_at for row in rows), default=story.asks_at).astimezone(zone)
    return Simulation(
        lead_sequence=lead_sequence,
        asked_in_words=describe_moment(story.asks_at, zone=zone),
        messages=[_tell(row, story, plan.office, names) for row in rows],
        notes=[*_note(institution, plan.office, story), *_note_untold(lead_sequence, rows)],
        days_off=_find_days_off(institution, asks_at.date(), last.date()),
    )


def _imagine_lead(institution: Institution, story: Story) -> Lead:
    return Lead(
        institution=institution,
        form=InterestForm(institution=institution, kind=story.kind),
        email=_("the applicant"),
        assigned_to=story.advisor,
        captured_at=story.asks_at,
    )


def _tell(row: FollowUp, story: Story, hours: OpeningHours, names: Mapping[int, str]) -> Told:
    is_event = row.endpoint_id is not None
    conditions = Conditions.thaw(row.conditions)
    return Told(
        due_at=row.due_at,
        when=describe_moment(row.due_at, zone=hours.zone),
        waits=say_wait(row.due_at - story.asks_at),
        what=say_purpose(row),
        whom=name_recipient(row),
        channel=row.channel,
        template=row.template,
        conditions=say_conditions(conditions, says="" if is_event else row.purpose, programs=names),
        objection=row.last_error or _say_objection(row, story, conditions),
    )


def _say_objection(row: FollowUp, story: Story, conditions: Conditions) -> str:
    facts = story.facts_at(row.due_at)
    found = get_rule_skip_reason(says=row.purpose, conditions=conditions, facts=facts)
    to_applicant = row.recipient == FollowUp.Recipient.APPLICANT
    if found is None and to_applicant and _is_past(story.unsubscribes_at, row.due_at):
        found = SkipReason.UNSUBSCRIBED
    return str(OBJECTIONS[found]) if found else ""


def _name_programs(rows: Iterable[FollowUp]) -> Mapping[int, str]:
    ids = {one for row in rows for one in Conditions.thaw(row.conditions).programs}
    return {one.pk: str(one) for one in Program.objects.filter(pk__in=ids)} if ids else {}


def _note(institution: Institution, hours: OpeningHours, story: Story) -> Iterable[str]:
    if find_zone(institution.time_zone) is None:
        text = _(
            "“%(zone)s” is not a time zone that is known here any more: times are those of UTC. "
            "Choose another one on the institution’s page."
        )
        yield text % {"zone": institution.time_zone}
    opens_at = hours.next_opening(story.asks_at)
    if opens_at is None:
        yield _("The office never opens from then on: business minutes are counted by the clock.")
    elif opens_at > story.asks_at:
        text = _("The office is closed then and opens on %(when)s.")
        yield text % {"when": describe_moment(opens_at, zone=hours.zone)}


def _note_untold(lead_sequence: LeadSequence, rows: Iterable[FollowUp]) -> Iterable[str]:
    """Steps that tell nobody: no system wants to know of them."""
    told = {row.step for row in rows}
    for step in lead_sequence.steps:
        if step.to is To.SYSTEM and step.number not in told:
            text = _("%(step)s: no webhook endpoint wants such events, so nobody is told.")
            yield text % {"step": say_step(step)}


def _find_days_off(
    institution: Institution, first: date, last: date
) -> list[tuple[date, date, str]]:
    """Closures and public holidays between these days."""
    found = [(one.first_day, one.last_day, one.reason) for one in institution.closures.all()]
    found += [(one.first_day, one.last_day, one.name) for one in find_holidays(institution)]
    on_the_way = [one for one in found if one[0] <= last and one[1] >= first]
    return sorted(on_the_way)[:MOST_DAYS_OFF]


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment that was given by the clock of a place, and what is odd about it, in words."""

    at: datetime
    note: str = ""


def read_local_time(local: datetime, *, hours: OpeningHours) -> LocalTime:
    """The moment of a naive local time, across changes of the clock."""
    at = hours.locate(local)
    if at.astimezone(hours.zone).replace(tzinfo=None) != local:
        text = _("The clock skips %(time)s on that day: the moment of the change is taken.")
        return LocalTime(at, text % {"time": f"{local:%H:%M}"})
    if hours.happens_twice(local):
        text = _("%(time)s happens twice on that day: the first time is taken.")
        return LocalTime(at, text % {"time": f"{local:%H:%M}"})
    return LocalTime(at)
