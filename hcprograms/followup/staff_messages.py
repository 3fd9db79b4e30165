"""Messages to staff about a lead, and those that staff write to applicants themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.recipients import Person, find_address, find_team
from hcprograms.followup.steps import Conditions
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent import ContactPurpose
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead, LeadEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def notify_advisor(
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
    return _plan_notice(lead, purpose, step, recipient, person, subject, text, details, now)


def notify_manager(
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
    return _plan_notice(lead, purpose, step, recipient, person, "", "", details, now)


def _find_advisor(lead: Lead) -> Person:
    team = find_team(institution=lead.institution, assigned_to=lead.assigned_to)
    inside = [*team.to_alert, *team.managers, *([team.mailbox] if team.mailbox else [])]
    reachable = (one for one in inside if _is_reachable(one, ""))
    return next(reachable, inside[0] if inside else Person(""))


def _is_reachable(person: Person, besides: str) -> bool:
    is_dead = person.membership is not None and person.membership.is_unreachable
    return not is_dead and not is_same_email(person.address, besides)


def _plan_notice(
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


MOST_LINKS_A_DAY = 3


def find_writer(*, institution: Institution, user: "User") -> Membership | None:
    """Return the membership by which an answer to the user's message reaches them."""
    with scope(institution=institution):
        return Membership.objects.filter(institution=institution, user_id=user.pk).first()


def plan_message(
    *,
    lead: Lead,
    writer: Membership | None,
    now: datetime,
    why: ContactPurpose = ContactPurpose.ANSWER,
    subject: str = "",
    text: str = "",
    template: str = "",
) -> FollowUp:
    """Plan the message, due at once: its own words, or those of the template with this key.

    An answer to it reaches the writer. News has the consent it needs as a condition, which is
    looked at again when it is sent.
    """
    with scope(institution=lead.institution):
        written = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.MESSAGE)
        return FollowUp.objects.create(
            institution=lead.institution,
            lead=lead,
            purpose=FollowUp.Purpose.MESSAGE,
            step=written.count(),
            recipient=FollowUp.Recipient.APPLICANT,
            membership=writer,
            address=lead.email,
            subject=subject,
            text=text,
            template=template,
            conditions=Conditions(consent=Channel.EMAIL).freeze()
            if why is ContactPurpose.NEWS
            else None,
            due_at=now,
        )


def plan_new_link(*, lead: Lead, now: datetime) -> FollowUp | None:
    """Plan a message with a new link, due at once; None for more than an hour or a day may have."""
    with scope(institution=lead.institution):
        sent = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.NEW_LINK)
        lately = sent.filter(due_at__gt=now - timedelta(days=1))
        if lately.count() >= MOST_LINKS_A_DAY:
            return None
        if lately.filter(due_at__gt=now - timedelta(hours=1)).exists():
            return None
        return FollowUp.objects.create(
            institution=lead.institution,
            lead=lead,
            purpose=FollowUp.Purpose.NEW_LINK,
            step=sent.count(),
            recipient=FollowUp.Recipient.APPLICANT,
            address=lead.email,
            due_at=now,
        )


MOST_TRIES = 5


def plan_assignment(
    *, membership: Membership, leads: Sequence[Lead], user: "User | None", now: datetime
) -> FollowUp | None:
    """Write the row of the email; None where the member has no address."""
    address = find_address(membership)
    if not address or not leads:
        return None
    school = membership.institution
    day = now.astimezone(read_opening_hours(school).zone).date()
    name = user.get_full_name() or user.get_username() if user else ""
    with scope(institution=school):
        same = FollowUp.objects.filter(
            institution=school, purpose=FollowUp.Purpose.ASSIGNED, day=day, address=address
        )
        for attempt in range(MOST_TRIES):
            latest: int | None = same.aggregate(latest=Max("step"))["latest"]
            try:
                with transaction.atomic():
                    return FollowUp.objects.create(
                        institution=school,
                        purpose=FollowUp.Purpose.ASSIGNED,
                        day=day,
                        step=0 if latest is None else latest + 1,
                        recipient=FollowUp.Recipient.ADVISOR,
                        membership=membership,
                        address=address,
                        details={"leads": [lead.pk for lead in leads], "by": name},
                        due_at=now,
                    )
            except IntegrityError:  # another process took the number
                if attempt == MOST_TRIES - 1:
                    raise
    return None
