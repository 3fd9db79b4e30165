"""Which member of staff gets a lead: by routing rules and round robin, or as a dry run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution, Membership, MembershipQuerySet, Role
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.presence import Absence, WorkingHours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.routing import RoutingRule
from hcprograms.leads.routing import (
    NEVER,
    SKIP_REASONS,
    UNMET,
    Advisor,
    AskedProgram,
    AssignmentMethod,
    Decision,
    Inquiry,
    Rule,
    SkipReason,
    decide,
    format_decision,
    format_skipped,
)
from hcprograms.leads.sla import compute_response_due

ANSWERING_ROLES = (Role.ADVISOR, Role.MANAGER, Role.OWNER)


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """``hours`` and ``absences`` are by membership; ``office`` holds for who has no hours."""

    rules: Sequence[Rule]
    office: OpeningHours
    hours: Mapping[int, OpeningHours]
    absences: Mapping[int, Sequence[tuple[date, date]]]

    @property
    def counts_waiting(self) -> bool:
        """Whether some rule looks at how much everybody has to do."""
        return any(rule.method is AssignmentMethod.LEAST_BUSY for rule in self.rules)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.office.zone).date()

    def is_away(self, membership_id: int, now: datetime) -> bool:
        today = self.today(now)
        return any(first <= today <= last for first, last in self.absences.get(membership_id, ()))

    def opens_at(self, membership_id: int, now: datetime) -> datetime | None:
        """When the member next works; None where nobody has hours of their own: all are alike."""
        if not self.hours:
            return None
        return self.hours.get(membership_id, self.office).next_opening(now) or NEVER


def get_routing_plan(*, institution: Institution) -> RoutingPlan:
    """The plan as it is in the database now."""
    mine = {"membership__institution": institution}
    rows = list(WorkingHours.objects.filter(**mine))
    absences: dict[int, list[tuple[date, date]]] = {}
    for row in Absence.objects.filter(**mine):
        absences.setdefault(row.membership_id, []).append((row.first_day, row.last_day))
    return RoutingPlan(
        rules=list_rules(institution=institution),
        office=read_opening_hours(institution),
        hours={
            key: read_opening_hours(
                institution, hours=[row for row in rows if row.membership_id == key]
            )
            for key in {row.membership_id for row in rows}
        },
        absences=absences,
    )


def list_rules(*, institution: Institution) -> list[Rule]:
    """The active rules in their order."""
    rows = RoutingRule.objects.filter(institution=institution, is_active=True)
    return [
        build_rule(
            row,
            programs=[program.pk for program in row.programs.all()],
            advisors=[member.pk for member in row.advisors.all()],
        )
        for row in rows.order_by("position", "pk").prefetch_related("programs", "advisors")
    ]


def build_rule(row: RoutingRule, *, programs: Sequence[int], advisors: Sequence[int]) -> Rule:
    return Rule(
        id=row.pk or 0,
        name=row.name,
        conditions=row.conditions(programs=programs),
        advisors=frozenset(advisors),
        method=AssignmentMethod(row.how),
    )


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who got a lead, why in one line, and in ``details`` who was skipped.

    ``members`` are all who might have answered: planning the follow-up need not read them again.
    """

    membership: Membership | None
    reason: str
    details: str = ""
    members: Sequence[Membership] = ()


def assign_by_rules(
    *, lead: Lead, offerings: Iterable[Offering], plan: RoutingPlan, now: datetime
) -> Assignment:
    """Set on the lead, which the caller saves, who answers it and by when.

    Takes the member's place in the round robin. Leads of one institution are assigned one after
    the other, each until its transaction ends, so that every lead sees the round and the open
    leads that the one before left, and goes to nobody who is leaving meanwhile. Needs a
    transaction and a scope.
    """
    # The members, not the institution: an import writes to that for minutes in one transaction.
    # NO KEY UPDATE: rows that refer to a member can still be inserted by others.
    asked = list_members(institution=lead.institution)
    members = list(asked.select_for_update(of=("self",), no_key=True))
    inquiry = build_inquiry(lead=lead, offerings=offerings)
    decision = decide_among_members(members, plan=plan, inquiry=inquiry, now=now)
    chosen = None
    if decision.advisor:
        chosen = next(one for one in members if one.pk == decision.advisor.id)
        _advance_round_robin(chosen, members, today=plan.today(now))
    lead.assigned_to = chosen
    lead.assignment_reason = format_decision(decision, zone=plan.office.zone)
    lead.answer_due_at = compute_response_due(hours=plan.office, now=now)
    return Assignment(
        membership=chosen,
        reason=lead.assignment_reason,
        details=format_skipped(decision, names={one.pk: one.display_name for one in members}),
        members=members,
    )


def _advance_round_robin(chosen: Membership, members: Sequence[Membership], *, today: date) -> None:
    """Move the member behind all others, and count the lead for today's cap."""
    taken = chosen.leads_that_day if chosen.leads_on == today else 0
    Membership.objects.filter(pk=chosen.pk).update(
        lead_turn=max(one.lead_turn for one in members) + 1,
        leads_on=today,
        leads_that_day=taken + 1,
    )


def build_assignment_event(lead: Lead, assignment: Assignment, *, at: datetime) -> LeadEvent:
    """Return the timeline's entry, not yet saved, of who got the lead and why."""
    who = assignment.membership.display_name if assignment.membership else _("nobody")
    why = "; ".join(filter(None, [assignment.reason, assignment.details]))
    text = _("%(who)s: %(reason)s") % {"who": who, "reason": why}
    return LeadEvent(lead=lead, kind=LeadEvent.Kind.ASSIGNED, at=at, text=text)


def build_inquiry(*, lead: Lead, offerings: Iterable[Offering]) -> Inquiry:
    """Return what routing rules look at; the offerings come with their programs."""
    programs = {one.program_id: one.program for one in offerings}
    return Inquiry(
        kind=lead.form.kind,
        programs=[AskedProgram(key, program.level) for key, program in programs.items()],
        state=lead.state.upper(),
        country=str(lead.country).upper(),
        military=lead.military,
        language=lead.language,
    )


def lock_members(*, institution: Institution) -> None:
    """Wait for the assignments under way, and let none begin until the transaction ends.

    For whoever is about to change several members, or one of them and then assigns leads: all are
    locked in the order in which :func:`assign_by_rules` locks them.
    """
    with scope(institution=institution):
        members = Membership.objects.filter(institution=institution).order_by("pk")
        list(members.select_for_update(no_key=True).values_list("pk"))


def list_members(*, institution: Institution) -> MembershipQuerySet:
    """Return everybody of the institution who may answer leads, with their names."""
    members = Membership.objects.active().filter(institution=institution, role__in=ANSWERING_ROLES)
    return members.select_related("user").order_by("pk")


def decide_among_members(
    members: Sequence[Membership], *, plan: RoutingPlan, inquiry: Inquiry, now: datetime
) -> Decision:
    """Return who of these members would get the lead; nothing is written. Needs a scope."""
    waiting = count_waiting([one.pk for one in members]) if plan.counts_waiting else {}
    today = plan.today(now)
    advisors = [
        Advisor(
            id=one.pk,
            role=one.role,
            receives_leads=one.receives_leads,
            is_fallback=one.is_fallback,
            turn=one.lead_turn,
            waiting=waiting.get(one.pk, 0),
            taken_today=one.leads_that_day if one.leads_on == today else 0,
            daily_cap=one.daily_cap,
            is_away=plan.is_away(one.pk, now),
            opens_at=plan.opens_at(one.pk, now),
        )
        for one in members
    ]
    return decide(inquiry=inquiry, rules=plan.rules, advisors=advisors, now=now)


def count_waiting(membership_ids: Iterable[int]) -> dict[int, int]:
    """Return membership → how many leads of theirs need a first response. Needs a scope."""
    waiting = Lead.objects.needs_response().filter(assigned_to__in=membership_ids)
    counted = waiting.order_by().values_list("assigned_to").annotate(count=Count("pk"))
    return {key: count for key, count in counted if key is not None}


@dataclass(frozen=True, slots=True)
class SimulatedRule:
    """What became of one rule."""

    rule: Rule
    decides: bool
    text: str


@dataclass(frozen=True, slots=True)
class SimulatedMember:
    """Whether a member would be chosen, and what speaks against it."""

    member: Membership
    is_chosen: bool
    text: str


@dataclass(frozen=True, slots=True)
class AssignmentSimulation:
    """Who would get a lead, and what became of each rule and member."""

    member: Membership | None
    reason: str
    rules: Sequence[SimulatedRule]
    members: Sequence[SimulatedMember]


def simulate_assignment(
    *, institution: Institution, inquiry: Inquiry, now: datetime
) -> AssignmentSimulation:
    """Whom a lead like this would go to at this moment."""
    plan = get_routing_plan(institution=institution)
    with scope(institution=institution):
        members = list(list_members(institution=institution))
        decision = decide_among_members(members, plan=plan, inquiry=inquiry, now=now)
    chosen = decision.advisor.id if decision.advisor else None
    return AssignmentSimulation(
        member=next((one for one in members if one.pk == chosen), None),
        reason=format_decision(decision, zone=plan.office.zone),
        rules=_format_rules(decision, plan),
        members=[
            SimulatedMember(one, one.pk == chosen, _format_availability(one, plan, now))
            for one in members
        ],
    )


def _format_rules(decision: Decision, plan: RoutingPlan) -> list[SimulatedRule]:
    told = [SimulatedRule(rule, False, str(UNMET[unmet])) for rule, unmet in decision.skipped_rules]
    if decision.rule:
        told.append(SimulatedRule(decision.rule, True, _("fits, and decides")))
    known = {one.rule.id for one in told}
    later = [rule for rule in plan.rules if rule.id not in known]
    return told + [SimulatedRule(rule, False, _("not reached")) for rule in later]


def _format_availability(member: Membership, plan: RoutingPlan, now: datetime) -> str:
    """Whether the member could take a lead at this moment."""
    taken = member.leads_that_day if member.leads_on == plan.today(now) else 0
    facts = [
        (member.is_fallback, _("answers when nobody else can")),
        (not member.receives_leads, _("is not told of leads")),
        (plan.is_away(member.pk, now), str(SKIP_REASONS[SkipReason.AWAY])),
        (
            member.daily_cap is not None,
            _("%(taken)d of %(cap)s today") % {"taken": taken, "cap": member.daily_cap},
        ),
    ]
    opens_at = plan.opens_at(member.pk, now)
    facts.append((opens_at is not None and opens_at > now, _("not at work now")))
    return ", ".join(text for holds, text in facts if holds) or _("can take it")
