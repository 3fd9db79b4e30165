"""Messages that staff write to applicants themselves; they are sent like everything else."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hcprograms.followup.models import FollowUp
from hcprograms.followup.steps import Conditions
from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent import ContactPurpose
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_LINKS_A_DAY = 3


def plan_message(
    *,
    lead: Lead,
    subject: str,
    text: str,
    user: "User",
    now: datetime,
    why: ContactPurpose = ContactPurpose.ANSWER,
) -> FollowUp:
    """Plan the message, due at once; an answer to it reaches who wrote it.

    News has the consent it needs as a condition, which is looked at again when it is sent.
    """
    with scope(institution=lead.institution):
        written = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.MESSAGE)
        return FollowUp.objects.create(
            institution=lead.institution,
            lead=lead,
            purpose=FollowUp.Purpose.MESSAGE,
            step=written.count(),
            recipient=FollowUp.Recipient.APPLICANT,
            membership=Membership.objects.filter(
                institution=lead.institution, user_id=user.pk
            ).first(),
            address=lead.email,
            subject=subject,
            text=text,
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
