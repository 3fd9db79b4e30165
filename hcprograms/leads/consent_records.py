"""Proof of consent: what forms show, what people decided, and taking it back.

Rows of consent are only ever added: 47 CFR 64.1200(f)(9) asks for proof of the exact words. Words
that somebody may have agreed to are never edited; they get a new version.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.consent import Channel, Consent, ConsentText
from hcprograms.leads.models.forms import FieldRule, InterestForm
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import lift_suppression, suppress_address
from hcprograms.leads.visitor import Visitor
from hcprograms.signals import consent_withdrawn, lead_updated

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class ShownConsent:
    """One consent box: its exact words with the seller's name in them."""

    channel: str
    version: int | None
    """None for words that are not a consent text, such as those of a choice."""
    text: str

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def build_shown_consent(text: ConsentText, *, institution: Institution) -> ShownConsent:
    """Fill in the seller. Nothing but ``{institution}`` is replaced, whatever else is in braces."""
    words = text.text.replace("{institution}", institution.seller)
    return ShownConsent(text.channel, text.version, words)


def list_shown_consents(*, form: InterestForm) -> list[ShownConsent]:
    """The boxes that this form shows: no call or text where no phone number is asked for."""
    texts = ConsentText.objects.filter(institution_id=form.institution_id, is_current=True)
    shown = sorted(texts, key=lambda text: Channel.values.index(text.channel))
    return [
        build_shown_consent(text, institution=form.institution)
        for text in shown
        if text.channel == Channel.EMAIL or form.ask_phone != FieldRule.HIDDEN
    ]


def digest_consents(shown: Iterable[ShownConsent]) -> str:
    """A short digest of all boxes together: it changes with any word, version or seller."""
    content: Sequence[object] = [[box.channel, box.version, box.text] for box in shown]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:20]


def publish_consent_text(*, institution: Institution, channel: str, text: str) -> ConsentText:
    """Make these the words that forms show from now on, as the channel's next version."""
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=institution.pk)
        earlier = ConsentText.objects.filter(institution=institution, channel=channel)
        last = earlier.aggregate(last=Max("version"))["last"] or 0
        earlier.filter(is_current=True).update(is_current=False)
        return ConsentText.objects.create(
            institution=institution, channel=channel, text=text, version=last + 1
        )


def withdraw_consent_text(*, text: ConsentText) -> None:
    """Show this box no more; the words stay, as the proof refers to them."""
    ConsentText.objects.filter(pk=text.pk).update(is_current=False)


def get_latest_decisions(*, lead: Lead) -> dict[str, Consent]:
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
    text: str = "",
) -> list[Consent]:
    """Take back the consent for each channel, granted before or not, for this lead.

    The email address is suppressed for all of the institution. A phone number is only where staff
    took it down: whoever can read a mailbox has proved nothing about the number that was typed
    with it, and it may be a third person's.

    ``text``: the words that the person chose or wrote, for the proof. A second withdrawal of the
    same address changes nothing. Receivers of ``consent_withdrawn`` cancel what is still
    to be sent, in the same transaction. Returns the new rows of proof. Raises
    :class:`~hcprograms.leads.locking.LeadErasedError`.
    """
    wanted = [channel for channel in Channel.values if channel in set(channels)]
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        current = get_latest_decisions(lead=lead)
        rows = [
            _withdraw(lead, channel, method, now, visitor or Visitor(), user, text)
            for channel in wanted
            if not is_withdrawn(lead, current.get(channel))
        ]
    return rows


def decide_consent(
    *,
    lead: Lead,
    channel: str,
    is_granted: bool,
    shown: ShownConsent,
    visitor: Visitor,
    now: datetime,
) -> Consent:
    """Record what a person chose about further contact after they asked; their request is answered.

    A grant, and a no after everything had been ended, lift the suppression of the email address:
    it is the newer word of who reads the mailbox. A phone number's is lifted only where it was
    this lead's own withdrawal, taken down by staff, that suppressed it. A no that takes a grant
    back is told by ``consent_withdrawn``.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        before = get_latest_decisions(lead=lead).get(channel)
        decision = Consent.Decision.GRANTED if is_granted else Consent.Decision.NOT_GRANTED
        row = _record(lead, channel, decision, Consent.Method.PAGE, now, visitor, shown)
        if channel == Channel.EMAIL or (
            before and before.method == Consent.Method.STAFF and is_withdrawn(lead, before)
        ):
            lift_suppression(
                institution=lead.institution,
                channel=channel,
                address=get_contact_point(lead, channel),
            )
        _note(row, now, None)
        if not is_granted and before and before.decision == Consent.Decision.GRANTED:
            _announce(lead, channel, now, answers_too=False)
        else:
            lead_updated.send(sender=Lead, lead=lead, now=now)
    return row


def is_withdrawn(lead: Lead, latest: Consent | None) -> bool:
    """Whether the latest word on a channel ended it, for the address that the lead has today."""
    if latest is None or latest.decision != Consent.Decision.WITHDRAWN:
        return False
    return _is_same_contact(
        latest.channel, latest.contact_point, get_contact_point(lead, latest.channel)
    )


def _is_same_contact(channel: str, one: str, other: str) -> bool:
    if channel == Channel.EMAIL:
        return one == other or is_same_email(one, other)
    return one.casefold() == other.casefold()


def get_contact_point(lead: Lead, channel: str) -> str:
    """The address or number that a channel uses."""
    return lead.email if channel == Channel.EMAIL else lead.phone


def _withdraw(
    lead: Lead,
    channel: str,
    method: str,
    now: datetime,
    visitor: Visitor,
    user: "User | None",
    text: str,
) -> Consent:
    address = get_contact_point(lead, channel)
    shown = ShownConsent(channel, None, text) if text else None
    row = _record(lead, channel, Consent.Decision.WITHDRAWN, method, now, visitor, shown)
    if address and (channel == Channel.EMAIL or method == Consent.Method.STAFF):
        suppress_address(
            institution=lead.institution,
            channel=channel,
            address=address,
            reason=method,
            now=now,
        )
    _note(row, now, user)
    _announce(lead, channel, now, answers_too=True)
    return row


def _record(
    lead: Lead,
    channel: str,
    decision: str,
    method: str,
    now: datetime,
    visitor: Visitor,
    shown: ShownConsent | None,
) -> Consent:
    return Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel=channel,
        decision=decision,
        method=method,
        decided_at=now,
        text=shown.text if shown else "",
        text_version=shown.version if shown else None,
        text_sha256=shown.sha256 if shown else "",
        seller=lead.institution.seller,
        contact_point=get_contact_point(lead, channel),
        ip_address=visitor.ip_address,
        user_agent=visitor.user_agent,
    )


def _note(row: Consent, now: datetime, user: "User | None") -> None:
    text = _("%(channel)s: %(decision)s (%(method)s)") % {
        "channel": row.get_channel_display(),
        "decision": row.get_decision_display(),
        "method": row.get_method_display(),
    }
    LeadEvent.objects.create(
        lead=row.lead, kind=LeadEvent.Kind.CONSENT, at=now, actor=user, text=text
    )


def _announce(lead: Lead, channel: str, now: datetime, *, answers_too: bool) -> None:
    consent_withdrawn.send(
        sender=Lead, lead=lead, channel=channel, answers_too=answers_too, now=now
    )
