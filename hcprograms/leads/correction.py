"""Correcting what a person gave: their words replace what was held; the timeline says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.comparing import compute_name_key
from hcprograms.leads.consent_records import get_latest_decisions
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.own_address import compute_own_email_hash
from hcprograms.leads.visitor import Visitor
from hcprograms.signals import email_corrected, lead_updated

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CORRECTABLE = (
    "name",
    "email",
    "phone",
    "best_time",
    "education",
    "start_from",
    "country",
    "state",
    "military",
)


CARRIED = (Consent.Decision.GRANTED, Consent.Decision.WITHDRAWN)


def correct_lead(
    *,
    lead: Lead,
    details: Mapping[str, str],
    visitor: Visitor,
    now: datetime,
    user: "User | None" = None,
) -> list[str]:
    """Replace what differs; return the names of the fields that did.

    A consent given for an address holds for the corrected one, and so does one taken back: a new
    row of proof says so. ``user``: who of the staff was told, where it was not the person. Links
    that were mailed to another email address end with it. Raises
    :class:`~hcprograms.leads.locking.LeadErasedError`.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        changed = [
            name
            for name in CORRECTABLE
            if name in details and str(getattr(lead, name)) != str(details[name])
        ]
        if not changed:
            return []
        consents = get_latest_decisions(lead=lead)
        before = lead.email
        lead.own_email_hash = _find_own_email_hash(lead, changed, details, user)
        for name in changed:
            setattr(lead, name, details[name])
        lead.name_key = compute_name_key(lead.name)
        lead.save(update_fields=[*changed, "name_key", "own_email_hash", "updated_at"])
        method = Consent.Method.STAFF if user else Consent.Method.LINK
        _carry_consents(lead, changed, consents, visitor, method, now)
        LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.CORRECTED,
            at=now,
            actor=user,
            text=_describe_change(lead, changed, before, user),
        )
        if "email" in changed:
            email_corrected.send(sender=Lead, lead=lead, before=before, now=now)
        lead_updated.send(sender=Lead, lead=lead, now=now)
    return changed


def _find_own_email_hash(
    lead: Lead, changed: list[str], details: Mapping[str, str], user: "User | None"
) -> str:
    if "email" not in changed:
        return lead.own_email_hash
    return compute_own_email_hash(lead, details["email"]) if user else ""


def _describe_change(lead: Lead, changed: list[str], before: str, user: "User | None") -> str:
    """Which fields; of an address that staff changed also from what to what."""
    labels = [str(Lead._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]
    if user is None:
        return _("by the applicant: %(fields)s") % {"fields": ", ".join(labels)}
    text = _("by staff: %(fields)s") % {"fields": ", ".join(labels)}
    if "email" in changed:
        text = f"{text}: {before} → {lead.email}"
    return text


def _carry_consents(
    lead: Lead,
    changed: list[str],
    consents: Mapping[str, Consent],
    visitor: Visitor,
    method: str,
    now: datetime,
) -> None:
    points = {Channel.EMAIL: "email", Channel.CALL: "phone", Channel.TEXT: "phone"}
    for channel, name in points.items():
        given = consents.get(channel)
        if name not in changed or given is None or given.decision not in CARRIED:
            continue
        # The row alone ends it for this lead. The new address is not suppressed: anyone can type
        # somebody else's here.
        Consent.objects.create(
            institution=lead.institution,
            lead=lead,
            channel=channel,
            decision=given.decision,
            method=method,
            decided_at=now,
            text=given.text,
            text_version=given.text_version,
            text_sha256=given.text_sha256,
            seller=given.seller,
            contact_point=getattr(lead, name),
            form_version=given.form_version,
            ip_address=visitor.ip_address,
            user_agent=visitor.user_agent,
        )
