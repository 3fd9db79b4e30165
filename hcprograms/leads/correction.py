"""Correcting what a person gave: by themselves, or by staff where emails come back."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent_records import get_latest_decisions
from hcprograms.leads.duplicates import compute_name_key
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import compute_own_email_hash
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


def correct_address(*, lead: Lead, email: str, user: "User", now: datetime) -> None:
    """Write to this address from now on, because the person told staff.

    The request is confirmed to it, and what waits for the old address goes to it. The same
    address again says that it works after all: it is tried anew. Raises
    :class:`NotAllowedNowError` where there is nothing to correct.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        # The stored text, not the mailbox: an old unchecked address is put right, too.
        if email.lower() != lead.email.lower():
            correct_lead(lead=lead, details={"email": email}, visitor=Visitor(), user=user, now=now)
            return
        if not lead.bounced_address:
            raise NotAllowedNowError(_("This is the address that is held already."))
        lead.bounced_address, lead.bounced_at = "", None
        lead.save(update_fields=["bounced_address", "bounced_at", "updated_at"])
        LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.NOTE,
            at=now,
            actor=user,
            text=_("%(address)s takes emails after all.") % {"address": lead.email},
        )
