"""Correcting what a person gave: their words replace what was held; the timeline says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.comparing import compute_name_key
from hcprograms.leads.consent import find_current_consents
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import suppress_address
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
    row of proof says so. ``user``: who of the staff was told, where it was not the person.
    """
    with scope(institution=lead.institution), transaction.atomic():
        held = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        changed = [
            name
            for name in CORRECTABLE
            if name in details and str(getattr(held, name)) != str(details[name])
        ]
        if not changed:
            return []
        consents = find_current_consents(lead=held)
        for name in changed:
            setattr(lead, name, details[name])
        lead.name_key = compute_name_key(lead.name)
        lead.save(update_fields=[*changed, "name_key", "updated_at"])
        method = Consent.Method.STAFF if user else Consent.Method.LINK
        _carry_consents(lead, changed, consents, visitor, method, now)
        labels = [str(Lead._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]
        LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.CORRECTED,
            at=now,
            actor=user,
            text=(_("by staff: %(fields)s") if user else _("by the applicant: %(fields)s"))
            % {"fields": ", ".join(labels)},
        )
        if "email" in changed:
            email_corrected.send(sender=Lead, lead=lead, before=held.email, now=now)
        lead_updated.send(sender=Lead, lead=lead, now=now)
    return changed


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
        if given.decision == Consent.Decision.WITHDRAWN and getattr(lead, name):
            suppress_address(
                institution=lead.institution,
                channel=channel,
                address=getattr(lead, name),
                reason=given.method,
                now=now,
            )
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
