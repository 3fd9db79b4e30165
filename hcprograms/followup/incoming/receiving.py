"""What is done about a message that came in: each is acted on once, and none is answered."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import Message

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.followup.incoming.identifying import Found, identify
from hcprograms.followup.incoming.reading import Incoming, read_message
from hcprograms.followup.incoming.reporting import act_on_reports
from hcprograms.followup.incoming.wishes import EMAIL, read_rest, read_wish
from hcprograms.followup.models import FollowUp, ReceivedMail
from hcprograms.followup.telling import tell_advisor
from hcprograms.followup.wakeup import hurry
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.consent import withdraw_consent
from hcprograms.leads.links import remove_tokens
from hcprograms.leads.locking import LeadErasedError, lock_lead, lock_leads
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.preferences import find_requests
from hcprograms.leads.suppression import suppress_address

logger = logging.getLogger(__name__)

Outcome = ReceivedMail.Outcome

MOST_TOLD_AN_HOUR = 20
"""Of one person's messages; more are kept in the timeline, and nobody is mailed about them."""
FEW_WORDS = 4
"""A name under “STOP” is no message."""
SPAM = (Lead.Status.SPAM, Lead.Status.QUARANTINED)


def receive_message(
    *,
    content: bytes | Message,
    source: str,
    recipients: Iterable[str] = (),
    institution: Institution | None = None,
    now: datetime,
) -> ReceivedMail:
    """Act on a message and return the note of it; the same message again changes nothing.

    A withdrawal is recorded with its proof, for every request of the person at the institution.
    Anything else that a person wrote goes to the timeline and to the advisor; reports of mail
    servers mark addresses. ``recipients`` and ``institution``: as far as the way it came by tells.
    Raises only what the database raises: then nothing was written, and it may be given again.
    """
    incoming = _remove_tokens(read_message(content, recipients=recipients))
    with scopes_disabled(), transaction.atomic():
        note, is_new = ReceivedMail.objects.get_or_create(
            key=incoming.key, defaults={"source": source, "at": now, "outcome": Outcome.UNKNOWN}
        )
        if is_new:
            _act(note, incoming, institution, now)
            note.save(update_fields=["outcome", "institution"])
            transaction.on_commit(hurry, robust=True)
    logger.info("An email came in (%s): %s", source, note.outcome)
    return note


def _remove_tokens(incoming: Incoming) -> Incoming:
    """Staff read it all, and a quoted mail of ours may hold the person's own links."""
    return replace(
        incoming,
        subject=remove_tokens(incoming.subject),
        text=remove_tokens(incoming.text),
        own_words=remove_tokens(incoming.own_words),
    )


def _act(
    note: ReceivedMail, incoming: Incoming, institution: Institution | None, now: datetime
) -> None:
    if incoming.reports:
        note.outcome, note.institution = act_on_reports(reports=incoming.reports, now=now)
        return
    for found in identify(incoming=incoming, institution=institution):
        note.institution = found.institution
        note.outcome = _act_for(found, incoming, now)
    if incoming.is_automatic and note.outcome == Outcome.UNKNOWN:
        note.outcome = Outcome.AUTOMATIC


def _act_for(found: Found, incoming: Incoming, now: datetime) -> str:
    if found.lead is not None:
        try:
            lock_lead(found.lead)
        except LeadErasedError:
            found = replace(found, lead=None)
    wish = read_wish(
        subject=incoming.subject,
        own_words=incoming.own_words,
        is_for_this=found.is_for_withdrawal,
    )
    if incoming.is_automatic and not incoming.names_message:
        wish = ()  # an automatic answer has no will; a mail program's own button has
    if wish:
        _withdraw(found, incoming, wish, now)
    if found.lead is None:
        return Outcome.WITHDRAWN if wish else Outcome.UNKNOWN
    if not wish or len(read_rest(incoming.own_words).split()) > FEW_WORDS:
        _pass_on(found.lead, incoming, now)
    if wish:
        return Outcome.WITHDRAWN
    return Outcome.AUTOMATIC if incoming.is_automatic else Outcome.PASSED_ON


def _withdraw(found: Found, incoming: Incoming, wish: tuple[str, ...], now: datetime) -> None:
    """For whom we know; a stranger's address is not written to either, and nothing else is kept."""
    if found.lead is None:
        if EMAIL in wish and incoming.sender:
            suppress_address(
                institution=found.institution,
                channel=Channel.EMAIL,
                address=incoming.sender,
                reason=Consent.Method.REPLY,
                now=now,
            )
        return
    words = "\n".join(filter(None, [incoming.subject, incoming.own_words[:500]]))
    for lead in lock_leads(find_requests(lead=found.lead)):
        withdraw_consent(
            lead=lead,
            channels=[one for one in wish if one == EMAIL or lead.phone],
            method=Consent.Method.REPLY,
            now=now,
            text=words,
        )


def _pass_on(lead: Lead, incoming: Incoming, now: datetime) -> None:
    """Into the timeline, and to who answers."""
    events = LeadEvent.objects.filter(lead=lead, kind=LeadEvent.Kind.RECEIVED)
    lately = events.filter(at__gt=now - timedelta(hours=1)).count()
    text = _word(incoming)
    LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.RECEIVED, at=now, text=text)
    if incoming.is_automatic or lead.status in SPAM or lately >= MOST_TOLD_AN_HOUR:
        return
    rows = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.RECEIVED)
    tell_advisor(
        lead=lead,
        purpose=FollowUp.Purpose.RECEIVED,
        step=rows.count(),
        subject=incoming.subject,
        text=text.partition("\n\n")[2],
        now=now,
    )


def _word(incoming: Incoming) -> str:
    """The message as the timeline keeps it."""
    parts = [incoming.text or _("(no text)")]
    if incoming.is_automatic:
        parts.insert(0, _("This is an automatic answer."))
    if incoming.attachments:
        told = ngettext(
            "%(count)d attachment was not kept: ask for it if you need it.",
            "%(count)d attachments were not kept: ask for them if you need them.",
            incoming.attachments,
        )
        parts.append(told % {"count": incoming.attachments})
    return "\n\n".join([incoming.subject or _("(no subject)"), *parts])
