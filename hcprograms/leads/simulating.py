"""“Who would get this?”: the routing decision told step by step, with nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.assigning import decide_among, find_members
from hcprograms.leads.routing import Decision, Hindrance, Inquiry, Rule
from hcprograms.leads.routing_plan import Plan, read_plan
from hcprograms.leads.routing_words import HINDRANCES, UNMET, explain_choice


@dataclass(frozen=True, slots=True)
class RuleTold:
    """What became of one rule."""

    rule: Rule
    decides: bool
    text: str


@dataclass(frozen=True, slots=True)
class MemberTold:
    member: Membership
    is_chosen: bool
    text: str


@dataclass(frozen=True, slots=True)
class Simulation:
    member: Membership | None
    reason: str
    rules: Sequence[RuleTold]
    members: Sequence[MemberTold]


def simulate(*, institution: Institution, inquiry: Inquiry, now: datetime) -> Simulation:
    """Whom a lead like this would go to at this moment."""
    plan = read_plan(institution=institution)
    with scope(institution=institution):
        members = list(find_members(institution=institution))
        decision = decide_among(members, plan=plan, inquiry=inquiry, now=now)
    chosen = decision.advisor.id if decision.advisor else None
    return Simulation(
        member=next((one for one in members if one.pk == chosen), None),
        reason=explain_choice(decision, zone=plan.office.zone),
        rules=_tell_rules(decision, plan),
        members=[
            MemberTold(one, one.pk == chosen, _tell_member(one, plan, now)) for one in members
        ],
    )


def _tell_rules(decision: Decision, plan: Plan) -> list[RuleTold]:
    told = [RuleTold(rule, False, str(UNMET[unmet])) for rule, unmet in decision.skipped]
    if decision.rule:
        told.append(RuleTold(decision.rule, True, _("fits, and decides")))
    known = {one.rule.id for one in told}
    later = [rule for rule in plan.rules if rule.id not in known]
    return told + [RuleTold(rule, False, _("not reached")) for rule in later]


def _tell_member(member: Membership, plan: Plan, now: datetime) -> str:
    """Whether the member could take a lead at this moment."""
    taken = member.leads_that_day if member.leads_on == plan.today(now) else 0
    facts = [
        (member.is_fallback, _("answers when nobody else can")),
        (not member.receives_leads, _("is not told of leads")),
        (plan.is_away(member.pk, now), str(HINDRANCES[Hindrance.AWAY])),
        (
            member.daily_cap is not None,
            _("%(taken)d of %(cap)s today") % {"taken": taken, "cap": member.daily_cap},
        ),
    ]
    opens_at = plan.opens_at(member.pk, now)
    facts.append((opens_at is not None and opens_at > now, _("not at work now")))
    return ", ".join(text for holds, text in facts if holds) or _("can take it")
