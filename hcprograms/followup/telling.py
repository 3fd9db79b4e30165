"""Telling staff what happened to a lead besides its own course, through the same queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import Person, find_team
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.scoping import scope
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent


def tell_advisor(
    *,
    lead: Lead,
    purpose: FollowUp.Purpose,
    step: int,
    subject: str = "",
    text: str = "",
    details: Mapping[str, Any] | None = None,
    now: datetime,
) -> FollowUp:
    """Plan a message to whoever has the lead, or stands in where mail does not reach them.

    The same step is planned once. Where nobody can be told, a failed row and the timeline say so.
    """
    person = _find_advisor(lead)
    recipient = FollowUp.Recipient.ADVISOR
    return _plan(lead, purpose, step, recipient, person, subject, text, details, now)


def tell_manager(
    *,
    lead: Lead,
    purpose: FollowUp.Purpose,
    step: int,
    besides: str,
    details: Mapping[str, Any] | None = None,
    now: datetime,
) -> FollowUp:
    """Plan a message to a manager, owner or the office, other than at the address ``besides``."""
    team = find_team(institution=lead.institution, assigned_to=lead.assigned_to)
    others = [*team.managers, *([team.mailbox] if team.mailbox else []), *team.to_alert]
    person = next((one for one in others if _is_reachable(one, besides)), Person(""))
    recipient = FollowUp.Recipient.MANAGER
    return _plan(lead, purpose, step, recipient, person, "", "", details, now)


def _find_advisor(lead: Lead) -> Person:
    team = find_team(institution=lead.institution, assigned_to=lead.assigned_to)
    inside = [*team.to_alert, *team.managers, *([team.mailbox] if team.mailbox else [])]
    reachable = (one for one in inside if _is_reachable(one, ""))
    return next(reachable, inside[0] if inside else Person(""))


def _is_reachable(person: Person, besides: str) -> bool:
    is_dead = person.membership is not None and person.membership.is_unreachable
    return not is_dead and not is_same_email(person.address, besides)


def _plan(
    lead: Lead,
    purpose: FollowUp.Purpose,
    step: int,
    recipient: FollowUp.Recipient,
    person: Person,
    subject: str,
    text: str,
    details: Mapping[str, Any] | None,
    now: datetime,
) -> FollowUp:
    error = "" if person.address else _("There is nobody with an email address to tell.")
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        row, is_new = FollowUp.objects.get_or_create(
            lead=lead,
            purpose=purpose,
            step=step,
            address=person.address,
            defaults={
                "institution": lead.institution,
                "recipient": recipient,
                "membership": person.membership,
                "subject": subject[:150],
                "text": text,
                "details": dict(details) if details else None,
                "due_at": now,
                "state": FollowUp.State.FAILED if error else FollowUp.State.PLANNED,
                "last_error": error,
            },
        )
        if is_new and error:
            LeadEvent.objects.create(
                lead=lead, kind=LeadEvent.Kind.MAIL_FAILED, at=now, text=f"{row}: {error}"
            )
    return row
