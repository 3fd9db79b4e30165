"""A message that staff type themselves; it is an answer, and kept in the timeline."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.email_addresses import format_email
from hcprograms.institutions.scoping import scope
from hcprograms.leads.answering import record_first_answer
from hcprograms.leads.consent import find_current_consents, is_withdrawn
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import is_suppressed
from hcprograms.signals import message_written

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def write_message(*, lead: Lead, subject: str, text: str, user: "User", now: datetime) -> LeadEvent:
    """Have a message sent to the applicant; the first one stops the clock.

    Raises :class:`NotAllowedNowError` for a lead held for review or at its end, and for somebody
    who wants no emails.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        _check(lead)
        record_first_answer(lead=lead, user=user, now=now)
        event = LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.MESSAGE,
            at=now,
            actor=user,
            text=f"{subject}\n\n{text}",
        )
        message_written.send(sender=Lead, lead=lead, subject=subject, text=text, user=user, now=now)
    return event


def _check(lead: Lead) -> None:
    if lead.status in (Lead.Status.CLOSED, Lead.Status.SPAM):
        raise NotAllowedNowError(_("This lead is closed: change its status first."))
    if not format_email(lead.email):
        raise NotAllowedNowError(
            _("No email can be sent to this address. Call, if you may, or correct the address.")
        )
    if lead.is_unreachable:
        raise NotAllowedNowError(
            _("Emails to this address come back. Call, if you may, or correct the address first.")
        )
    if is_withdrawn(lead, find_current_consents(lead=lead).get(Channel.EMAIL)) or is_suppressed(
        institution=lead.institution,
        channel=Channel.EMAIL,
        address=lead.email,
        since=lead.captured_at,
    ):
        raise NotAllowedNowError(_("This person wants no more emails. Call, if you may."))
