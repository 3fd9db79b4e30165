"""Consent after the form: what holds now, and taking it back."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import suppress_address
from hcprograms.leads.visitor import Visitor
from hcprograms.signals import consent_withdrawn

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def find_current_consents(*, lead: Lead) -> dict[str, Consent]:
    """Channel → the latest word on it, for the channels that anything was said about."""
    with scope(institution=lead.institution):
        rows = Consent.objects.filter(lead=lead).order_by("decided_at", "pk")
        return {row.channel: row for row in rows}


def withdraw_consent(
    *,
    lead: Lead,
    channels: Iterable[str],
    method: str,
    now: datetime,
    visitor: Visitor | None = None,
    user: "User | None" = None,
) -> list[Consent]:
    """Take back the consent for each channel and suppress its address, granted before or not.

    A second withdrawal changes nothing. Receivers of ``consent_withdrawn`` cancel what is still
    to be sent, in the same transaction. Returns the new rows of proof.
    """
    wanted = [channel for channel in Channel.values if channel in set(channels)]
    with scope(institution=lead.institution), transaction.atomic():
        Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        current = find_current_consents(lead=lead)
        rows = [
            _withdraw(lead, channel, method, now, visitor or Visitor(), user)
            for channel in wanted
            if not _is_withdrawn(current.get(channel))
        ]
    return rows


def _is_withdrawn(row: Consent | None) -> bool:
    return row is not None and row.decision == Consent.Decision.WITHDRAWN


def _withdraw(
    lead: Lead,
    channel: str,
    method: str,
    now: datetime,
    visitor: Visitor,
    user: "User | None",
) -> Consent:
    address = lead.email if channel == Channel.EMAIL else lead.phone
    row = Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel=channel,
        decision=Consent.Decision.WITHDRAWN,
        method=method,
        decided_at=now,
        seller=lead.institution.seller,
        contact_point=address,
        ip_address=visitor.ip_address,
        user_agent=visitor.user_agent,
    )
    if address:
        suppress_address(
            institution=lead.institution,
            channel=channel,
            address=address,
            reason=method,
            now=now,
        )
    text = _("%(channel)s: withdrawn (%(method)s)") % {
        "channel": row.get_channel_display(),
        "method": row.get_method_display(),
    }
    LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.CONSENT, at=now, actor=user, text=text)
    consent_withdrawn.send(sender=Lead, lead=lead, channel=channel, now=now)
    return row
