"""The open work of a member who leaves: how much there is, and giving it to others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.booking import move_to_advisor
from hcprograms.leads.assignment import RoutingPlan, get_routing_plan, lock_members
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.appointments import Appointment, BookedTime
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.routing import RoutingRule
from hcprograms.leads.status import announce_assignment, assign_anew
from hcprograms.signals import lead_updated, member_left

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class OpenWork:
    """How much of a member's work would be left without an owner."""

    leads: int
    appointments: int
    rules: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.leads or self.appointments or self.rules)

    def __str__(self) -> str:
        parts = []
        if self.leads:
            text = ngettext("%(count)d open lead", "%(count)d open leads", self.leads)
            parts.append(text % {"count": self.leads})
        if self.appointments:
            text = ngettext(
                "%(count)d appointment to come",
                "%(count)d appointments to come",
                self.appointments,
            )
            parts.append(text % {"count": self.appointments})
        if self.rules:
            text = ngettext(
                "a place in the routing rule %(names)s",
                "a place in the routing rules %(names)s",
                len(self.rules),
            )
            parts.append(text % {"names": ", ".join(f"“{name}”" for name in self.rules)})
        return get_text_list(parts, str(_("and")))


def find_open_work(*, membership: Membership, now: datetime) -> OpenWork:
    with scope(institution=membership.institution):
        rules = RoutingRule.objects.filter(advisors=membership, is_active=True)
        return OpenWork(
            leads=_open_leads(membership).count(),
            appointments=_appointments(membership, now).count(),
            rules=list(rules.order_by("position", "pk").values_list("name", flat=True)),
        )


def find_clash(*, membership: Membership, to: Membership | None, now: datetime) -> str:
    """Why the appointments cannot go to that colleague; empty where they can."""
    with scope(institution=membership.institution):
        booked = list(_appointments(membership, now).select_related("lead"))
        if booked and to is None:
            return _("Choose a colleague: somebody is expected at the appointments.")
        taken = set(BookedTime.objects.filter(membership=to).values_list("at", flat=True))
        for one in booked:
            if any(cell.at in taken for cell in one.booked_times.all()):
                text = _("%(who)s is busy at the time of this appointment: %(which)s.")
                return text % {"who": to, "which": f"{one.lead}, {one}"}
    return ""


def hand_over(
    *,
    membership: Membership,
    to: Membership | None,
    by_rules: bool,
    user: "User | None",
    now: datetime,
    is_deleted: bool = False,
) -> int:
    """Give a member's open leads, appointments and places in rules to others; return the leads.

    ``to`` a colleague, or ``by_rules`` to whom the rules say; neither: to no one, on purpose. New
    owners get one email each. The member takes no part from now on. Raises ``IntegrityError``
    where the colleague is busy, see :func:`find_clash`.
    """
    with scope(institution=membership.institution), transaction.atomic():
        lock_members(institution=membership.institution)
        Membership.objects.filter(pk=membership.pk).update(is_active=False)
        plan = get_routing_plan(institution=membership.institution) if by_rules else None
        given: defaultdict[Membership, list[Lead]] = defaultdict(list)
        leads = list(_open_leads(membership).select_for_update(of=("self",)).order_by("pk"))
        for lead in leads:
            _give(lead, to, plan=plan, user=user, now=now)
            if lead.assigned_to is not None:
                given[lead.assigned_to].append(lead)
        # A talk may be about a lead that is closed, or a colleague's: it can end meanwhile, too.
        talks = Lead.objects.filter(appointments__in=_appointments(membership, now))
        lock_leads(talks.distinct())
        for appointment in _appointments(membership, now).select_related("lead", "type"):
            if to is not None:
                move_to_advisor(appointment=appointment, advisor=to, user=user, now=now)
        _leave_rules(membership, to, is_deleted=is_deleted)
        member_left.send(sender=Membership, membership=membership, now=now)
        for lead in leads:
            lead_updated.send(sender=Lead, lead=lead, now=now)
        for owner, theirs in given.items():
            announce_assignment(membership=owner, leads=theirs, user=user, now=now)
    return len(leads)


def note_left_leads(*, membership: Membership, now: datetime) -> int:
    """Say in the timeline of each lead that its owner is being deleted; return how many.

    For every way in which a membership goes without :func:`hand_over`, such as with its user.
    """
    with scope(institution=membership.institution):
        leads = list(Lead.objects.filter(assigned_to=membership))
        text = _("nobody: %(who)s was removed") % {"who": membership.display_name}
        LeadEvent.objects.bulk_create(
            LeadEvent(lead=one, kind=LeadEvent.Kind.ASSIGNED, at=now, text=text)
            for one in leads
            if not one.is_closed and one.erased_at is None
        )
        Lead.objects.filter(assigned_to=membership).update(assignment_reason="")
    return len(leads)


def _open_leads(membership: Membership) -> "QuerySet[Lead]":
    return Lead.objects.not_closed().filter(assigned_to=membership, erased_at=None)


def _appointments(membership: Membership, now: datetime) -> "QuerySet[Appointment]":
    return Appointment.objects.filter(
        membership=membership, state=Appointment.State.BOOKED, ends_at__gt=now
    ).order_by("starts_at")


def _give(
    lead: Lead,
    to: Membership | None,
    *,
    plan: RoutingPlan | None,
    user: "User | None",
    now: datetime,
) -> None:
    if plan:
        due_at = lead.answer_due_at
        assign_anew(lead=lead, plan=plan, user=user, now=now)
        lead.answer_due_at = due_at  # what was promised stays
    else:
        lead.assigned_to = to
        lead.assignment_reason = _("handed over") if to else ""
        text = _("%(who)s: %(reason)s") % {
            "who": to.display_name if to else _("nobody"),
            "reason": lead.assignment_reason or _("left unassigned on purpose"),
        }
        LeadEvent.objects.create(
            lead=lead, kind=LeadEvent.Kind.ASSIGNED, at=now, actor=user, text=text
        )
    lead.save(update_fields=["assigned_to", "assignment_reason", "updated_at"])


def _leave_rules(membership: Membership, to: Membership | None, *, is_deleted: bool) -> None:
    """A rule without advisors would mean all of them: one that loses its last is switched off."""
    for rule in RoutingRule.objects.filter(advisors=membership):
        if to is not None:
            rule.advisors.add(to)
            rule.advisors.remove(membership)
        elif is_deleted:
            rule.advisors.remove(membership)
            if not rule.advisors.exists():
                rule.is_active = False
                rule.save(update_fields=["is_active"])
