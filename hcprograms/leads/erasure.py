"""Erasing a person: the lead stays as a number, everything that names somebody goes."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadEvent
from hcprograms.leads.suppression import suppress_address
from hcprograms.signals import lead_erased

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EMPTY_TEXTS = (
    "close_reason",
    "name",
    "email",
    "phone",
    "country",
    "state",
    "education",
    "military",
    "start_from",
    "best_time",
    "message",
    "language",
)
EMPTY_JSON = ("answers", "recommendation", "attribution")


def erase_lead(*, lead: Lead, method: str, now: datetime, user: "User | None" = None) -> Lead:
    """Remove the person everywhere, for good; a second time changes nothing.

    What stays: that there was a lead, at which institution, about which programs and how fast it
    was answered; one line that says it was erased; and hashes of the addresses, so that they are
    not written to again. Receivers of ``lead_erased`` clear what they keep.
    """
    with scope(institution=lead.institution), transaction.atomic():
        fresh = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if fresh.erased_at is None:
            _suppress(fresh, method)
            _clear_attempts(fresh)
            _clear_lead(fresh, now)
            Consent.objects.filter(lead=fresh).delete()
            LeadEvent.objects.filter(lead=fresh).delete()
            LeadEvent.objects.create(
                lead=fresh, kind=LeadEvent.Kind.ERASED, at=now, actor=user, text=_why(method)
            )
            lead_erased.send(sender=Lead, lead=fresh, now=now)
    return fresh


def _suppress(lead: Lead, method: str) -> None:
    addresses = {Channel.EMAIL: lead.email, Channel.CALL: lead.phone, Channel.TEXT: lead.phone}
    for channel, address in addresses.items():
        if address:
            suppress_address(
                institution=lead.institution, channel=channel, address=address, reason=method
            )


def _clear_attempts(lead: Lead) -> None:
    """The lead's own lines of the capture log, and refused ones that named the same address."""
    same_address = Q(lead=None, submitted__email__0__iexact=lead.email)
    attempts = CaptureAttempt.objects.filter(Q(lead=lead) | same_address)
    attempts.update(ip_address=None, detail="", submitted={})


def _clear_lead(lead: Lead, now: datetime) -> None:
    for name in EMPTY_TEXTS:
        setattr(lead, name, "")
    for name in EMPTY_JSON:
        setattr(lead, name, {})
    lead.extra = []
    # Made from what was typed: whoever guesses that could recognise it.
    lead.submission_id = uuid.uuid4()
    lead.status = Lead.Status.CLOSED
    lead.erased_at = now
    lead.save()


def _why(method: str) -> str:
    return _("by the person (%(method)s)") % {"method": Consent.Method(method).label}
