"""Giving a new lead to somebody: the routing decision, and the turn that it takes.

Nobody waits for a lock while a lead is written: a turn is taken only as it was seen, and who sees
that somebody else was quicker decides anew. Only where a rule counts leads, one waits for another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.models import Institution, Membership, MembershipQuerySet, Role
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.routing import (
    Advisor,
    AskedProgram,
    Decision,
    Inquiry,
    decide,
)
from hcprograms.leads.routing_plan import Plan
from hcprograms.leads.routing_words import explain_choice, explain_passed_over

ANSWERING = (Role.ADVISOR, Role.MANAGER, Role.OWNER)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who, and why in one line; ``details`` tells who was passed over.

    ``members`` are all who might have answered: who plans the follow-up need not read them.
    """

    membership: Membership | None
    reason: str
    details: str = ""
    members: Sequence[Membership] = ()
    before: "Turn | None" = None
    taken: "Turn | None" = None


class Turn(NamedTuple):
    """A member's place in the round, and the leads they took on a day."""

    number: int
    day: str
    taken: int

    @classmethod
    def from_row(cls, number: int, day: date | str | None, taken: int) -> "Turn":
        """From the columns ``TURN`` of a member."""
        return cls(number, str(day or ""), taken)

    def taken_on(self, today: date) -> int:
        return self.taken if self.day == today.isoformat() else 0


Turns = Mapping[int, Turn]
"""Member → turn, of those who are active."""
TURN = "lead_turn, leads_on, leads_that_day"


def describe_inquiry(*, lead: Lead, offerings: Iterable[Offering]) -> Inquiry:
    """What routing rules look at; the offerings come with their programs."""
    programs = {one.program_id: one.program for one in offerings}
    return Inquiry(
        kind=lead.form.kind,
        programs=[AskedProgram(key, program.level) for key, program in programs.items()],
        state=lead.state.upper(),
        country=str(lead.country).upper(),
        military=lead.military,
        language=lead.language,
    )


def assign_in_turn(
    *,
    institution: Institution,
    inquiry: Inquiry,
    plan: Plan,
    now: datetime,
    turns: Turns | None = None,
) -> Assignment:
    """Choose who answers and take the turn at once; two queries, more when others are quicker.

    ``plan`` is the institution's, from :func:`~hcprograms.leads.routing_plan.read_plan`;
    ``turns`` are the turns as they were a moment ago, where they were read for something else. Of
    simultaneous leads each takes a turn of its own, so nobody is skipped or served twice.
    """
    members = list(find_members(institution=institution))
    while True:
        turns = turns or _read_turns(institution)
        present = {one.pk: one for one in members if one.pk in turns}
        decision = _decide(present.values(), turns, plan, inquiry, now)
        chosen = present[decision.advisor.id] if decision.advisor else None
        taken = _next_turn(chosen, turns, plan.today(now)) if chosen else None
        if not chosen or not taken or _move_turn(chosen, turns[chosen.pk], taken):
            break
        turns = None
    return Assignment(
        chosen,
        explain_choice(decision, zone=plan.office.zone),
        explain_passed_over(
            decision, names={key: one.display_name for key, one in present.items()}
        ),
        list(present.values()),
        turns[chosen.pk] if chosen else None,
        taken,
    )


@contextmanager
def count_undisturbed(*, institution: Institution, plan: Plan) -> Iterator[None]:
    """A block that assigns a lead and writes it, in one transaction where a rule counts leads.

    There one lead at a time is assigned, so that each is counted before the next: of two at the
    same moment, the second goes to who has least to do then. Elsewhere nobody waits.
    """
    if not plan.counts_waiting:
        yield
        return
    with transaction.atomic():
        row = Institution.objects.filter(pk=institution.pk).select_for_update(no_key=True)
        row.values_list("pk").get()
        yield


def give_back(assignment: Assignment) -> None:
    """Undo a turn that was taken for nothing, unless the same member has had another since.

    A transaction that was rolled back has given it back already.
    """
    chosen, before, taken = assignment.membership, assignment.before, assignment.taken
    if chosen and before and taken:
        _move_turn(chosen, taken, before)


_TABLE = Membership._meta.db_table
# As text, because every lead asks: building the same queries anew costs more than they do.
_READ = f"SELECT id, {TURN} FROM {_TABLE} WHERE institution_id = %s AND is_active"  # noqa: S608  # nosec B608
_MOVE = f"UPDATE {_TABLE} SET lead_turn = %s, leads_on = %s, leads_that_day = %s WHERE id = %s AND lead_turn = %s AND is_active"  # noqa: E501, S608  # nosec B608

# By the next commit that waits for the disk, a turn is on the disk too: that is its lead's own. So
# no lead is ever kept without its turn, and taking the turn itself waits for nothing.
_SOON = " AND set_config('synchronous_commit', 'off', true) = 'off'"


def _read_turns(institution: Institution) -> Turns:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [institution.pk])
        return {key: Turn.from_row(*turn) for key, *turn in cursor}


def _next_turn(chosen: Membership, turns: Mapping[int, Turn], today: date) -> Turn:
    number = max(one.number for one in turns.values()) + 1
    return Turn(number, today.isoformat(), turns[chosen.pk].taken_on(today) + 1)


def _move_turn(member: Membership, seen: Turn, wanted: Turn) -> bool:
    """Whether the turn was still the one that was seen, and is the wanted one now."""
    values = [wanted.number, wanted.day or None, wanted.taken, member.pk, seen.number]
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(_MOVE + _SOON if alone else _MOVE, values)
        return bool(cursor.rowcount == 1)


def find_members(*, institution: Institution) -> MembershipQuerySet:
    """Everybody of the institution who may answer leads, with their names."""
    members = Membership.objects.active().filter(institution=institution, role__in=ANSWERING)
    return members.select_related("user").order_by("pk")


def decide_among(
    members: Iterable[Membership], *, plan: Plan, inquiry: Inquiry, now: datetime
) -> Decision:
    """Who of these members would get the lead; nothing is written."""
    members = list(members)
    turns = {
        one.pk: Turn.from_row(one.lead_turn, one.leads_on, one.leads_that_day) for one in members
    }
    return _decide(members, turns, plan, inquiry, now)


def _decide(
    members: Iterable[Membership],
    turns: Mapping[int, Turn],
    plan: Plan,
    inquiry: Inquiry,
    now: datetime,
) -> Decision:
    waiting = count_waiting([*turns]) if plan.counts_waiting else {}
    advisors = [
        _describe_member(one, turns[one.pk], plan, waiting.get(one.pk, 0), now) for one in members
    ]
    return decide(inquiry=inquiry, rules=plan.rules, advisors=advisors, now=now)


def count_waiting(membership_ids: list[int]) -> dict[int, int]:
    """Membership → how many leads of theirs wait for a first answer. Needs a scope."""
    waiting = Lead.objects.needs_response().filter(assigned_to__in=membership_ids)
    counted = waiting.order_by().values_list("assigned_to").annotate(count=Count("pk"))
    return {key: count for key, count in counted if key is not None}


def _describe_member(
    member: Membership, turn: Turn, plan: Plan, waiting: int, now: datetime
) -> Advisor:
    return Advisor(
        id=member.pk,
        role=member.role,
        receives_leads=member.receives_leads,
        is_fallback=member.is_fallback,
        turn=turn.number,
        waiting=waiting,
        taken_today=turn.taken_on(plan.today(now)),
        daily_cap=member.daily_cap,
        is_away=plan.is_away(member.pk, now),
        opens_at=plan.opens_at(member.pk, now),
    )
