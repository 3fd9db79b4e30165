"""A lead's planned messages beside those that a sequence calls for today: what would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hcprograms.followup.cancelling import NUDGES
from hcprograms.followup.conditions import Objection
from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.planning import ROUND, plan_course
from hcprograms.followup.recipients import find_team
from hcprograms.followup.sequencing import Course
from hcprograms.followup.steps import Answered, Conditions
from hcprograms.followup.wanted import find_row_objection
from hcprograms.institutions.models import Institution, Membership
from hcprograms.leads.assignment import RoutingPlan, get_routing_plan
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.lead import Lead, LeadEvent

Purpose = FollowUp.Purpose
State = FollowUp.State

BY_STEPS = {*NUDGES, Purpose.CONFIRMATION, Purpose.ALERT, Purpose.NEWS}

MAY_PASS = {Objection.NOT_ANSWERED, Objection.STATUS}
"""Objections that may be gone when the message is due: it is planned all the same."""

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

    def compare(self, lead: Lead, course: Course) -> Change:
        lead.institution = self.institution
        rows = sorted(lead.follow_ups.all(), key=lambda row: row.pk)
        known = {_key(row): row for row in rows if _is_by_step(row)}
        wanted = {_key(row): row for row in self.plan_ahead(lead, course)}
        change = Change(lead)
        for key, row in wanted.items():
            self.place(change, known.get(key), row)
        change.cancelled += [
            row for key, row in known.items() if key not in wanted and self.is_ahead(row)
        ]
        return change

    def plan_ahead(self, lead: Lead, course: Course) -> Iterator[FollowUp]:
        team = find_team(
            institution=lead.institution,
            assigned_to=lead.assigned_to,
            members=self.members,
            is_away=lambda member: self.plan.is_away(member.pk, self.now),
        )
        start = self.starts.get(lead.pk, lead.captured_at)
        rows = plan_course(lead=lead, course=course, team=team, plan=self.plan, now=start)
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
    return find_row_objection(row) in (None, *MAY_PASS)


def _key(row: FollowUp) -> tuple[str, int, str, int | None]:
    return row.purpose, row.step % ROUND, row.address, row.endpoint_id


def _differs(known: FollowUp, wanted: FollowUp) -> bool:
    return any(getattr(known, name) != getattr(wanted, name) for name in CHANGEABLE)


CHANGEABLE = ("due_at", "channel", "template", "conditions", "recipient", "details")
