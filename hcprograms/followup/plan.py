"""Which messages a lead calls for, to whom and when: rows, written with the lead itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from hcprograms.conf import conf
from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.sequences import Sequence as SequenceRow
from hcprograms.followup.models.sequences import SequenceStep
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.recipients import Person, Team, find_team
from hcprograms.followup.steps import (
    NUDGES,
    Answered,
    Conditions,
    Says,
    Step,
    To,
    Unit,
    list_default_steps,
)
from hcprograms.followup.webhooks.publishing import plan_event
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.assignment import RoutingPlan, get_routing_plan
from hcprograms.leads.models.lead import Lead, LeadEvent


@dataclass(frozen=True, slots=True)
class LeadSequence:
    """What happens to a lead: steps, and the sequence that they are of (None: the built-in)."""

    steps: tuple[Step, ...]
    sequence: SequenceRow | None = None


def get_lead_sequence(
    *, institution_id: int, kind: str, among: Iterable[LeadSequence] | None = None
) -> LeadSequence:
    """Return what holds for leads of this kind of form.

    A sequence that names the kind comes before one for every kind. ``among``: the active ones,
    where they were read already.
    """
    active = list_lead_sequences(institution_id=institution_id) if among is None else list(among)
    for wanted in ([kind], []):
        for lead_sequence in active:
            kinds = lead_sequence.sequence.kinds if lead_sequence.sequence else []
            if (kind in kinds) if wanted else not kinds:
                return lead_sequence
    return get_built_in_sequence()


def get_built_in_sequence() -> LeadSequence:
    return LeadSequence(list_default_steps(remind_after=conf.remind_after_business_minutes))


def list_lead_sequences(*, institution_id: int) -> list[LeadSequence]:
    """The active sequences; one query where there are none."""
    rows = SequenceRow.objects.filter(institution_id=institution_id, is_active=True)
    found = rows.order_by("pk").prefetch_related("steps__programs")
    return [build_lead_sequence(one) for one in found]


def build_lead_sequence(sequence: SequenceRow) -> LeadSequence:
    """A sequence, active or not, as steps."""
    steps = (
        describe_step(step, programs=[one.pk for one in step.programs.all()])
        for step in sequence.steps.all()
    )
    return LeadSequence(tuple(steps), sequence)


def describe_step(step: SequenceStep, *, programs: Iterable[int]) -> Step:
    """A row, saved or not, as a value."""
    return Step(
        number=step.number or 0,
        says=Says(step.says),
        to=To(step.to),
        amount=step.amount,
        unit=Unit(step.unit),
        at=step.at,
        channel=step.channel,
        template=step.template,
        conditions=Conditions(
            answered=Answered(step.answered),
            consent=step.consent,
            statuses=frozenset(step.statuses),
            programs=frozenset(programs),
        ),
    )


Purpose = FollowUp.Purpose
Recipient = FollowUp.Recipient


ROUND = 1_000
"""Added to the number of a step each time that it is planned for a lead once more."""


def plan_for_lead(*, lead: Lead, now: datetime) -> list[FollowUp]:
    """Write the rows of a lead's follow-up now; planning twice adds nothing."""
    with scope(institution=lead.institution), transaction.atomic():
        # Only locked, not read again: what the caller has not saved yet counts for the plan.
        kept = Lead.objects.select_for_update(of=("self",)).filter(pk=lead.pk, erased_at=None)
        if not kept.values_list("pk") or FollowUp.objects.filter(lead=lead).exists():
            return []
        return write_follow_ups(lead=lead, now=now)


def write_follow_ups(
    *,
    lead: Lead,
    members: Sequence[Membership] | None = None,
    plan: RoutingPlan | None = None,
    now: datetime,
    is_reopened: bool = False,
) -> list[FollowUp]:
    """Write what :func:`schedule_messages` says of a saved lead; return the messages.

    ``is_reopened``: it may have had messages before.
    """
    due_at = lead.answer_due_at
    rows = schedule_messages(lead=lead, members=members, plan=plan, now=now)
    if is_reopened:
        rows = fit_to_history(lead=lead, rows=rows, now=now)
    if lead.answer_due_at != due_at:
        lead.save(update_fields=["answer_due_at"])
    return save_rows(rows)


def save_rows(rows: Iterable[Model]) -> list[FollowUp]:
    """Insert messages, and events of the timeline, of a lead; return the messages."""
    listed = list(rows)
    LeadEvent.objects.bulk_create(row for row in listed if isinstance(row, LeadEvent))
    return FollowUp.objects.bulk_create(row for row in listed if isinstance(row, FollowUp))


def schedule_messages(
    *,
    lead: Lead,
    members: Sequence[Membership] | None = None,
    plan: RoutingPlan | None = None,
    now: datetime,
) -> list[Model]:
    """The rows of a lead's follow-up, not yet saved, with the events that say what cannot be.

    By the institution's sequence for this kind of form, else the built-in one: the applicant gets
    a confirmation at once, also one who ended earlier mail (it answers what was asked now, and
    delivery looks whether it was ended since); every configured advisor gets an alert at once; an
    unanswered lead is then reminded of and escalated after the business minutes of the settings.
    Where nobody can be told, a failed row says so to staff. A lead held for review, erased or
    finished gets nothing. Where the sequence says otherwise than the settings by when an answer
    is due, ``lead.answer_due_at`` is set.
    """
    if lead.erased_at or not lead.is_open:
        return []
    lead_sequence = get_lead_sequence(institution_id=lead.institution_id, kind=lead.form.kind)
    with scope(institution=lead.institution):
        plan = plan or get_routing_plan(institution=lead.institution)
        team = find_team(
            institution=lead.institution,
            assigned_to=lead.assigned_to,
            members=members,
            is_away=lambda member: plan.is_away(member.pk, now),
        )
        rows = schedule_steps(lead=lead, lead_sequence=lead_sequence, team=team, plan=plan, now=now)
    if lead_sequence.sequence is not None and lead.first_answered_at is None:
        due_at = get_last_reminder_time(lead_sequence=lead_sequence, plan=plan, now=now)
        lead.answer_due_at = due_at or lead.answer_due_at
    return [*_failures(lead, rows, now), *rows]


def schedule_reminders(*, lead: Lead, now: datetime) -> None:
    """Write the reminders of a lead that still needs a first response, as from now."""
    with scope(institution=lead.institution):
        fresh = Lead.objects.select_related("institution", "form", "assigned_to__user")
        lead = fresh.get(pk=lead.pk)
        if not lead.is_waiting:
            return
        rows = [
            row
            for row in schedule_messages(lead=lead, now=now)
            if isinstance(row, FollowUp) and row.purpose in (Purpose.REMINDER, Purpose.ESCALATION)
        ]
        lead.save(update_fields=["answer_due_at"])  # as the sequence says
        save_rows(fit_to_history(lead=lead, rows=rows, now=now))


def has_started(*, lead: Lead) -> bool:
    """Whether messages of the lead were ever planned."""
    with scope(institution=lead.institution):
        return FollowUp.objects.filter(lead=lead).exists()


def fit_to_history(*, lead: Lead, rows: Sequence[Model], now: datetime) -> list[Model]:
    """Those of the rows that are to be written for a lead that had messages before.

    A row that was cancelled or has failed is planned again, as the new one would be. The
    applicant is sent nothing twice, staff are: under a number of its own, as the database takes
    each message of a step once.
    """
    with scope(institution=lead.institution):
        return _fit_to_history(lead, rows, now)


def _fit_to_history(lead: Lead, rows: Sequence[Model], now: datetime) -> list[Model]:
    before = list(FollowUp.objects.filter(lead=lead, endpoint=None).order_by("pk"))
    known: dict[tuple[str, int, str], FollowUp] = {}
    for sent in before:
        known[sent.purpose, sent.step % ROUND, sent.address] = sent
    new: list[Model] = []
    for row in rows:
        if not isinstance(row, FollowUp):
            new.append(row)
            continue
        is_nudge = row.purpose in (Purpose.REMINDER, Purpose.ESCALATION, Purpose.ALERT)
        if lead.first_answered_at and is_nudge:
            continue
        old = None if row.endpoint_id else known.get((row.purpose, row.step, row.address))
        if old is None:
            new.append(row)
        elif old.state in (FollowUp.State.CANCELLED, FollowUp.State.FAILED):
            _plan_again(old, row)
        elif is_nudge and old.state == FollowUp.State.SENT:
            row.step = old.step + ROUND
            new.append(row)
    reminders = [row for row in before if row.purpose == Purpose.APPOINTMENT_REMINDER]
    _plan_reminder_again(reminders[-1:], now)
    return new


def _plan_again(old: FollowUp, new: FollowUp) -> None:
    """Give the row the time, text and state of the new one, as if it had never been tried."""
    again = FollowUp.objects.filter(pk=old.pk, state=old.state)
    again.update(
        state=new.state,
        due_at=new.due_at,
        recipient=new.recipient,
        membership=new.membership,
        channel=new.channel,
        template=new.template,
        conditions=new.conditions,
        last_error=new.last_error,
        attempts=0,
        ambiguous_attempts=0,
        first_attempt_at=None,
        lease_token=None,
        leased_at=None,
    )


def _plan_reminder_again(rows: Sequence[FollowUp], now: datetime) -> None:
    """The reminder of an appointment that is still to come."""
    FollowUp.objects.filter(
        pk__in=[row.pk for row in rows],
        state=FollowUp.State.CANCELLED,
        appointment__state="booked",
        due_at__gt=now,
    ).update(state=FollowUp.State.PLANNED)


def schedule_steps(
    *, lead: Lead, lead_sequence: LeadSequence, team: Team, plan: RoutingPlan, now: datetime
) -> list[FollowUp]:
    """The rows of these steps for a lead that came in ``now``; nothing is read but webhooks."""
    hours = _Hours(plan)
    rows: list[FollowUp] = []
    for step in lead_sequence.steps:
        if step.to is To.SYSTEM:
            rows += _events(lead, lead_sequence, step, step.due_at(now, hours=plan.office))
            continue
        for told in _find_told(step, team):
            due_at = step.due_at(now, hours=hours.of(told.person, step))
            rows.append(_row(lead, step, told, due_at))
    return rows


def get_last_reminder_time(
    *, lead_sequence: LeadSequence, plan: RoutingPlan, now: datetime
) -> datetime | None:
    """When the last reminder is due in office hours; None where there is no reminder."""
    due = (
        step.due_at(now, hours=plan.office) for step in lead_sequence.steps if step.says in NUDGES
    )
    return max(due, default=None)


@dataclass(frozen=True, slots=True)
class _Hours:
    """Business minutes count in the hours of who is told, where they have any of their own."""

    plan: RoutingPlan

    def of(self, person: Person, step: Step) -> OpeningHours:
        member = person.membership
        if member is None or step.unit is not Unit.BUSINESS or step.to is To.MANAGER:
            return self.plan.office
        hours = self.plan.hours.get(member.pk, self.plan.office)
        absences = self.plan.absences.get(member.pk)
        return hours.without(absences) if absences else hours


@dataclass(frozen=True, slots=True)
class _Told:
    person: Person
    error: str = ""


def _find_told(step: Step, team: Team) -> Iterator[_Told]:
    """Who is told by a step; for an alert also who should be and cannot."""
    yield from (_Told(person) for person in _find_people(step, team))
    if step.says is Says.ALERT and step.to in (To.ADVISOR, To.ALL_ADVISORS):
        yield from _find_untold(team)


def _find_people(step: Step, team: Team) -> Iterable[Person]:
    if step.to is To.APPLICANT:
        return [Person("")]
    if not team.to_alert:
        return ()
    people = {
        To.ADVISOR: (team.first,),
        To.OTHER_ADVISOR: (team.second,),
        To.ALL_ADVISORS: team.to_alert,
        To.MANAGER: (team.manager,),
    }
    return people[step.to]


def _find_untold(team: Team) -> Iterator[_Told]:
    for person in team.without_address:
        yield _Told(
            person,
            _("%(who)s has no email address that mail can be sent to.") % {"who": person.name},
        )
    if not team.to_alert and not team.without_address:
        error = _("This institution has no advisor, manager or email address to tell.")
        yield _Told(Person(""), error)


def _row(lead: Lead, step: Step, told: _Told, due_at: datetime) -> FollowUp:
    to_applicant = step.to is To.APPLICANT
    return FollowUp(
        institution=lead.institution,
        lead=lead,
        purpose=Purpose(step.says.value),
        step=step.number,
        recipient=_RECIPIENTS.get(step.to, Recipient.ADVISOR),
        membership=told.person.membership,
        address=lead.email if to_applicant else told.person.address,
        channel=step.channel,
        template=step.template,
        conditions=step.conditions.freeze(),
        due_at=due_at,
        state=FollowUp.State.FAILED if told.error else FollowUp.State.PLANNED,
        last_error=told.error,
    )


_RECIPIENTS = {To.APPLICANT: Recipient.APPLICANT, To.MANAGER: Recipient.MANAGER}


def _events(
    lead: Lead, lead_sequence: LeadSequence, step: Step, due_at: datetime
) -> list[FollowUp]:
    details = {"sequence": str(lead_sequence.sequence or ""), "step": step.number}
    rows = plan_event(lead=lead, event=Event.STEP_DUE, now=due_at, details=details)
    for row in rows:
        row.step, row.conditions = step.number, step.conditions.freeze()
    return rows


def _failures(lead: Lead, rows: Sequence[FollowUp], now: datetime) -> list[LeadEvent]:
    return [
        LeadEvent(lead=lead, kind=LeadEvent.Kind.MAIL_FAILED, at=now, text=row.last_error)
        for row in rows
        if row.state == FollowUp.State.FAILED and row.endpoint_id is None
    ]
