"""A message that staff type themselves: an answer, or news; it is kept in the timeline."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent import ContactObstacle, ContactPurpose, find_mail_obstacle
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import record_first_answer
from hcprograms.signals import message_written

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REFUSALS = {
    ContactObstacle.STATUS: gettext_lazy(
        "This lead is closed, spam or held for review: change its status first."
    ),
    ContactObstacle.NO_ADDRESS: gettext_lazy(
        "No email can be sent to this address. Call, if you may, or correct the address."
    ),
    ContactObstacle.UNREACHABLE: gettext_lazy(
        "Emails to this address come back. Call, if you may, or correct the address first."
    ),
    ContactObstacle.UNSUBSCRIBED: gettext_lazy(
        "This person wants no more emails. Call, if you may."
    ),
    ContactObstacle.NO_CONSENT: gettext_lazy(
        "This person has not agreed to further emails: you may only answer their request."
    ),
}


def write_message(
    *,
    lead: Lead,
    subject: str,
    text: str,
    user: "User",
    now: datetime,
    why: ContactPurpose = ContactPurpose.ANSWER,
) -> LeadEvent:
    """Have a message sent to the applicant; the first answer stops the clock, news does not.

    Raises :class:`NotAllowedNowError` for a lead held for review or at its end, for somebody who
    wants no emails, and of news for somebody who has not agreed to it.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        obstacle = find_mail_obstacle(lead, why)
        if obstacle:
            raise NotAllowedNowError(
                REFUSALS.get(obstacle)
                or _("Not possible: this lead %(reason)s.") % {"reason": obstacle.words}
            )
        if why is ContactPurpose.ANSWER:
            record_first_answer(lead=lead, user=user, now=now)
        event = LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.MESSAGE,
            at=now,
            actor=user,
            text=f"{subject}\n\n{text}",
        )
        message_written.send(
            sender=Lead, lead=lead, subject=subject, text=text, user=user, now=now, why=why
        )
    return event
