"""A changed sequence, applied to what is planned: what would change, then done, each lead noted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.followup.conditions import SkipReason, get_skip_reason
from hcprograms.followup.models import FollowUp
from hcprograms.followup.models import Sequence as SequenceRow
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.plan import (
    ROUND,
    LeadSequence,
    get_lead_sequence,
    list_lead_sequences,
    schedule_steps,
)
from hcprograms.followup.recipients import find_team
from hcprograms.followup.steps import NUDGES, Answered, Conditions, Step
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.assignment import RoutingPlan, get_routing_plan
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Purpose = FollowUp.Purpose
State = FollowUp.State

BY_STEPS = {*NUDGES, Purpose.CONFIRMATION, Purpose.ALERT, Purpose.NEWS}

MAY_PASS = {SkipReason.NOT_ANSWERED, SkipReason.STATUS}
"""Reasons that may be gone when the message is due: it is planned all the same."""

REPLACED = "replaced_by"
"""In the details of a row that was cancelled by applying a sequence: it may be taken back."""

NEEDED = ("choices__offering", "consents", "follow_ups__endpoint", "appointments")
"""What :class:`Planner` looks at of a lead."""


@dataclass(slots=True)
class Change:
    """What would become of one lead's planned messages. ``moved`` pairs a row with its new self."""

    lead: Lead
    cancelled: list[FollowUp] = field(default_factory=list)
    added: list[FollowUp] = field(default_factory=list)
    moved: list[tuple[FollowUp, FollowUp]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cancelled or self.added or self.moved)


@dataclass(frozen=True, slots=True)
class Planner:
    """Compares leads of one institution; what planning reads is read once for all of them.

    ``starts``: lead → when its clock began, where that was later than the request.
    """

    institution: Institution
    members: Sequence[Membership]
    plan: RoutingPlan
    starts: Mapping[int, datetime]
    now: datetime

    @classmethod
    def read(cls, *, institution: Institution, leads: Iterable[Lead], now: datetime) -> "Planner":
        released = LeadEvent.objects.filter(
            lead__in=[one.pk for one in leads],
            kind__in=[LeadEvent.Kind.RELEASED, LeadEvent.Kind.REOPENED],
        )
        members = institution.memberships.active().select_related("user").order_by("pk")
        return cls(
            institution=institution,
            members=list(members),
            plan=get_routing_plan(institution=institution),
            starts=dict(released.order_by("at").values_list("lead_id", "at")),
            now=now,
        )

    def compare(self, lead: Lead, lead_sequence: LeadSequence) -> Change:
        lead.institution = self.institution
        rows = sorted(lead.follow_ups.all(), key=lambda row: row.pk)
        known = {_key(row): row for row in rows if _is_by_step(row)}
        wanted = {_key(row): row for row in self.plan_ahead(lead, lead_sequence)}
        change = Change(lead)
        for key, row in wanted.items():
            self.place(change, known.get(key), row)
        change.cancelled += [
            row for key, row in known.items() if key not in wanted and self.is_ahead(row)
        ]
        return change

    def plan_ahead(self, lead: Lead, lead_sequence: LeadSequence) -> Iterator[FollowUp]:
        team = find_team(
            institution=lead.institution,
            assigned_to=lead.assigned_to,
            members=self.members,
            is_away=lambda member: self.plan.is_away(member.pk, self.now),
        )
        start = self.starts.get(lead.pk, lead.captured_at)
        rows = schedule_steps(
            lead=lead, lead_sequence=lead_sequence, team=team, plan=self.plan, now=start
        )
        return (row for row in rows if row.due_at > self.now and row.state == State.PLANNED)

    def place(self, change: Change, known: FollowUp | None, wanted: FollowUp) -> None:
        if known is None:
            change.added += [wanted] if _is_worth_planning(wanted, change.lead) else []
        elif known.state == State.CANCELLED:
            may_return = REPLACED in (known.details or {})
            if may_return and _is_worth_planning(wanted, change.lead):
                change.moved.append((known, wanted))
        elif self.is_ahead(known) and _differs(known, wanted):
            change.moved.append((known, wanted))

    def is_ahead(self, row: FollowUp) -> bool:
        """Still to come, and not tried yet."""
        return row.state == State.PLANNED and not row.attempts and row.due_at > self.now


def _is_by_step(row: FollowUp) -> bool:
    return row.event == Event.STEP_DUE or (row.endpoint_id is None and row.purpose in BY_STEPS)


def _is_worth_planning(row: FollowUp, lead: Lead) -> bool:
    """Not where it is known today that it would not be sent, or a talk is booked instead."""
    answered = Conditions.thaw(row.conditions).answered
    asks_for_answer = row.purpose in NUDGES or answered is Answered.NOT_YET
    booked = Appointment.State.BOOKED
    if asks_for_answer and any(one.state == booked for one in lead.appointments.all()):
        return False
    return get_skip_reason(row) in (None, *MAY_PASS)


def _key(row: FollowUp) -> tuple[str, int, str, int | None]:
    return row.purpose, row.step % ROUND, row.address, row.endpoint_id


def _differs(known: FollowUp, wanted: FollowUp) -> bool:
    return any(getattr(known, name) != getattr(wanted, name) for name in CHANGEABLE)


CHANGEABLE = ("due_at", "channel", "template", "conditions", "recipient", "details")


LOOKED_AT_ONCE = 1_000
"""Leads, the newest first; the next ones are asked for by the last one's id."""

LOOKS_BACK = timedelta(days=400)
"""No step is due longer after the request than this."""


@dataclass(frozen=True, slots=True)
class Changes:
    """``older_than``: the id to go on with, where there are more leads; ``fingerprint`` changes
    with the sequences that hold."""

    leads: Sequence[Change]
    looked_at: int
    older_than: int | None
    fingerprint: str

    @property
    def cancelled(self) -> int:
        return sum(len(one.cancelled) for one in self.leads)

    @property
    def added(self) -> int:
        return sum(len(one.added) for one in self.leads)

    @property
    def moved(self) -> int:
        return sum(len(one.moved) for one in self.leads)


class SequenceChangedError(Exception):
    """The sequence is not the one that the person has seen."""


def preview_changes(
    *, sequence: SequenceRow, now: datetime, older_than: int | None = None
) -> Changes:
    """What :func:`apply_changes` would do now, for as many leads as are looked at at once."""
    with scope(institution=sequence.institution):
        return _find_changes(sequence, now, older_than)


def apply_changes(
    *,
    sequence: SequenceRow,
    user: "User",
    fingerprint: str,
    now: datetime,
    older_than: int | None = None,
) -> Changes:
    """Plan anew what lies ahead of these leads, all in one transaction; a second time does nothing.

    Raises :class:`SequenceChangedError` where the sequences differ from those of ``fingerprint``.
    """
    with scope(institution=sequence.institution), transaction.atomic():
        changes = _find_changes(sequence, now, older_than, locked=True)
        if changes.fingerprint != fingerprint:
            raise SequenceChangedError
        for change in changes.leads:
            _carry_out(change, now, sequence)
        kind = LeadEvent.Kind.PLAN
        LeadEvent.objects.bulk_create(
            LeadEvent(lead=one.lead, kind=kind, at=now, actor=user, text=_say(one, sequence))
            for one in changes.leads
        )
    return changes


def _find_changes(
    sequence: SequenceRow, now: datetime, older_than: int | None, *, locked: bool = False
) -> Changes:
    lead_sequences = _find_courses(sequence)
    leads = _find_leads(sequence, lead_sequences, now, older_than, locked=locked)
    page, more = leads[:LOOKED_AT_ONCE], len(leads) > LOOKED_AT_ONCE
    planner = Planner.read(institution=sequence.institution, leads=page, now=now)
    found = (planner.compare(lead, lead_sequences[lead.form.kind]) for lead in page)
    return Changes(
        leads=[one for one in found if one],
        looked_at=len(page),
        older_than=page[-1].pk if more else None,
        fingerprint=_take_fingerprint(lead_sequences),
    )


def _find_courses(sequence: SequenceRow) -> Mapping[str, LeadSequence]:
    """Kind of form → what holds for it now, for the kinds that are this sequence's to say."""
    active = list_lead_sequences(institution_id=sequence.institution_id)
    others = [one.sequence for one in active if one.sequence and one.sequence != sequence]
    elsewhere = {kind for one in others for kind in one.kinds}
    kinds = sequence.kinds or [one for one in InterestForm.Kind.values if one not in elsewhere]
    return {
        kind: get_lead_sequence(institution_id=sequence.institution_id, kind=kind, among=active)
        for kind in kinds
    }


def _take_fingerprint(lead_sequences: Mapping[str, LeadSequence]) -> str:
    told = [
        (kind, [_spell(step) for step in one.steps]) for kind, one in sorted(lead_sequences.items())
    ]
    return sha256(repr(told).encode()).hexdigest()[:32]


def _spell(step: Step) -> str:
    """Always the same words for the same step, in every process."""
    return repr((replace(step, conditions=Conditions()), step.conditions.freeze()))


def _find_leads(
    sequence: SequenceRow,
    lead_sequences: Mapping[str, LeadSequence],
    now: datetime,
    older_than: int | None,
    *,
    locked: bool,
) -> list[Lead]:
    """One more than are looked at, to tell whether there are more."""
    leads = Lead.objects.open().filter(
        institution=sequence.institution,
        form__kind__in=lead_sequences,
        erased_at=None,
        merged_into=None,
        captured_at__gt=now - LOOKS_BACK,
    )
    if older_than is not None:
        leads = leads.filter(pk__lt=older_than)
    ahead = leads.select_related("form", "assigned_to__user").prefetch_related(*NEEDED)
    newest = ahead.order_by("-pk")[: LOOKED_AT_ONCE + 1]
    if not locked:
        return list(newest)
    # Locked in ascending order, as everywhere: two that lock the same leads would else wait for
    # each other.
    keys = list(newest.values_list("pk", flat=True))
    rows = ahead.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    return list(rows)[::-1]


def _carry_out(change: Change, now: datetime, sequence: SequenceRow) -> None:
    """What a worker has leased meanwhile is past: it stays as it is."""
    ahead = FollowUp.objects.filter(state=State.PLANNED, attempts=0, due_at__gt=now)
    for row in change.cancelled:
        details = {**(row.details or {}), REPLACED: sequence.name}
        ahead.filter(pk=row.pk).update(state=State.CANCELLED, details=details)
    for row, new in change.moved:
        values = {name: getattr(new, name) for name in CHANGEABLE}
        taken_back = FollowUp.objects.filter(pk=row.pk, state=State.CANCELLED)
        target = taken_back if row.state == State.CANCELLED else ahead.filter(pk=row.pk)
        target.update(state=State.PLANNED, **values)
    FollowUp.objects.bulk_create(change.added, ignore_conflicts=True)


def _say(change: Change, sequence: SequenceRow) -> str:
    text = _("“%(name)s” was applied: %(added)d added, %(moved)d changed, %(cancelled)d cancelled")
    return text % {
        "name": sequence.name,
        "added": len(change.added),
        "moved": len(change.moved),
        "cancelled": len(change.cancelled),
    }
