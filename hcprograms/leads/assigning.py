"""Giving a new lead to somebody: the routing decision, carried out under a lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.models import Institution, Membership, MembershipQuerySet, Role
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.routing import (
    Advisor,
    AskedProgram,
    Decision,
    How,
    Inquiry,
    decide,
)
from hcprograms.leads.routing_plan import Plan
from hcprograms.leads.routing_words import explain_choice, explain_passed_over

ANSWERING = (Role.ADVISOR, Role.MANAGER, Role.OWNER)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who, and why in one line; ``details`` tells who was passed over."""

    membership: Membership | None
    reason: str
    details: str = ""


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
    *, institution: Institution, inquiry: Inquiry, plan: Plan, now: datetime
) -> Assignment:
    """Choose who answers and note the turn. Call inside a transaction, late; two queries.

    ``plan`` is the institution's, from :func:`~hcprograms.leads.routing_plan.find_plan`. The
    members' rows stay locked until the transaction ends, so simultaneous leads take turns one
    after the other and nobody is skipped or served twice.
    """
    locked = find_members(institution=institution).select_for_update(of=("self",), no_key=True)
    members = {one.pk: one for one in locked}
    decision = decide_among(members.values(), plan=plan, inquiry=inquiry, now=now)
    chosen = members[decision.advisor.id] if decision.advisor else None
    if chosen:
        _take_turn(chosen, members.values(), today=plan.today(now))
    return Assignment(
        chosen,
        explain_choice(decision, zone=plan.office.zone),
        explain_passed_over(
            decision, names={key: one.display_name for key, one in members.items()}
        ),
    )


def find_members(*, institution: Institution) -> MembershipQuerySet:
    """Everybody of the institution who may answer leads, with their names."""
    members = Membership.objects.active().filter(institution=institution, role__in=ANSWERING)
    return members.select_related("user").order_by("pk")


def decide_among(
    members: Iterable[Membership], *, plan: Plan, inquiry: Inquiry, now: datetime
) -> Decision:
    """Who of these members would get the lead; nothing is written."""
    members = list(members)
    counted = any(rule.how is How.LEAST_BUSY for rule in plan.rules)
    waiting = count_waiting([one.pk for one in members]) if counted else {}
    advisors = [_describe_member(one, plan, waiting.get(one.pk, 0), now) for one in members]
    return decide(inquiry=inquiry, rules=plan.rules, advisors=advisors, now=now)


def count_waiting(membership_ids: list[int]) -> dict[int, int]:
    """Membership → how many leads of theirs wait for a first answer. Needs a scope."""
    over = (Lead.Status.CLOSED, Lead.Status.QUARANTINED, Lead.Status.SPAM)
    waiting = Lead.objects.filter(
        assigned_to__in=membership_ids, first_answered_at=None, erased_at=None
    ).exclude(status__in=over)
    counted = waiting.order_by().values_list("assigned_to").annotate(count=Count("pk"))
    return {key: count for key, count in counted if key is not None}


def _describe_member(member: Membership, plan: Plan, waiting: int, now: datetime) -> Advisor:
    return Advisor(
        id=member.pk,
        role=member.role,
        receives_leads=member.receives_leads,
        is_fallback=member.is_fallback,
        turn=member.lead_turn,
        waiting=waiting,
        taken_today=member.leads_that_day if member.leads_on == plan.today(now) else 0,
        daily_cap=member.daily_cap,
        is_away=plan.is_away(member.pk, now),
        opens_at=plan.opens_at(member.pk, now),
    )


def _take_turn(chosen: Membership, members: Iterable[Membership], *, today: date) -> None:
    chosen.lead_turn = max(one.lead_turn for one in members) + 1
    chosen.leads_that_day = chosen.leads_that_day + 1 if chosen.leads_on == today else 1
    chosen.leads_on = today
    chosen.save(update_fields=["lead_turn", "leads_on", "leads_that_day"])
