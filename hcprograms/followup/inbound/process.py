"""What is done about a message that came in: each is acted on once, and none is answered."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import Message

from django.db import DatabaseError, InterfaceError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hcprograms.followup.inbound.bounces import process_reports
from hcprograms.followup.inbound.calendar_replies import CalendarReply
from hcprograms.followup.inbound.matching import MatchedLead, match_to_leads
from hcprograms.followup.inbound.opt_out import EMAIL, is_doubtful, parse_opt_out, strip_opt_out
from hcprograms.followup.inbound.parser import InboundMessage, parse_message
from hcprograms.followup.manager_alerts import alert_unidentified_sender
from hcprograms.followup.models import FollowUp, ReceivedMail
from hcprograms.followup.notify import notify_worker_soon
from hcprograms.followup.staff_messages import notify_advisor
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.error_reporting import format_error
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.appointments.booking import cancel_appointment
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.locking import LeadErasedError, lock_lead, lock_leads
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.preferences import find_requests
from hcprograms.leads.suppression import suppress_address
from hcprograms.leads.tokens import remove_tokens

logger = logging.getLogger(__name__)

Outcome = ReceivedMail.Outcome

MOST_TOLD_AN_HOUR = 20
"""Of one person's messages; more are kept in the timeline, and nobody is mailed about them."""
FEW_WORDS = 4
"""A name under “STOP” is no message."""
MAX_NAMES = 10
MAX_TOLD = 2000
"""Characters of a stranger's mail that managers get to read."""
ANSWERS = {
    "ACCEPTED": gettext_lazy("accepted"),
    "DECLINED": gettext_lazy("declined"),
    "TENTATIVE": gettext_lazy("tentative"),
}


def process_message(
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
    What cannot be read or acted on is noted as such (outcome ``broken``). Raises only what the
    database raises: then nothing was written, and it may be given again.
    """
    inbound = _remove_tokens(parse_message(content, recipients=recipients))
    try:
        note = _receive(inbound, source, institution, now)
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        logger.error("An email could not be acted on: %s", format_error(error))
        note = record_unreadable_mail(key=inbound.key, source=source, now=now)
    logger.info("An email came in (%s): %s", source, note.outcome)
    return note


def record_unreadable_mail(*, key: str, source: str, now: datetime) -> ReceivedMail:
    """Count a message that could not be read or acted on; ``key`` is a hash of it."""
    with scopes_disabled():
        return ReceivedMail.objects.get_or_create(
            key=key, defaults={"source": source[:40], "at": now, "outcome": Outcome.BROKEN}
        )[0]


def _receive(
    inbound: InboundMessage, source: str, institution: Institution | None, now: datetime
) -> ReceivedMail:
    with scopes_disabled(), transaction.atomic():
        note, is_new = ReceivedMail.objects.get_or_create(
            key=inbound.key,
            defaults={"source": source[:40], "at": now, "outcome": Outcome.UNKNOWN},
        )
        # What failed and is given again may be acted on today.
        is_retry = note.outcome == Outcome.BROKEN and inbound.is_complete
        if is_new or is_retry:
            note.outcome = Outcome.UNKNOWN
            _act(note, inbound, institution, now)
            note.save(update_fields=["outcome", "institution"])
            transaction.on_commit(notify_worker_soon, robust=True)
    return note


def _remove_tokens(inbound: InboundMessage) -> InboundMessage:
    """Staff read it all, and a quoted mail of ours may hold the person's own links."""
    return replace(
        inbound,
        subject=remove_tokens(inbound.subject),
        text=remove_tokens(inbound.text),
        own_words=remove_tokens(inbound.own_words),
    )


def _act(
    note: ReceivedMail, inbound: InboundMessage, institution: Institution | None, now: datetime
) -> None:
    if inbound.reports:
        note.outcome, note.institution = process_reports(reports=inbound.reports, now=now)
        if note.outcome != Outcome.UNKNOWN or inbound.is_automatic:
            return
    for found in match_to_leads(inbound=inbound, institution=institution):
        note.institution = found.institution
        note.outcome = _act_for(found, inbound, now)
    if inbound.is_automatic and note.outcome == Outcome.UNKNOWN:
        note.outcome = Outcome.AUTOMATIC
    if not inbound.is_complete and note.outcome != Outcome.WITHDRAWN:
        note.outcome = Outcome.BROKEN


def _act_for(found: MatchedLead, inbound: InboundMessage, now: datetime) -> str:
    if found.lead is not None:
        try:
            lock_lead(found.lead)
        except LeadErasedError:
            found = replace(found, lead=None)
    if inbound.calendar_reply and found.lead is not None:
        outcome = _act_on_calendar(found.lead, inbound.calendar_reply, inbound, now)
        if outcome:
            return outcome
    wish = parse_opt_out(
        subject=inbound.subject,
        own_words=inbound.own_words,
        is_for_this=found.is_for_withdrawal and inbound.is_blank,
    )
    if inbound.is_automatic and not inbound.names_message:
        wish = ()  # an automatic answer has no will; a mail program's own button has
    if found.lead is None:
        return _act_for_stranger(found, inbound, wish, now)
    if wish:
        _withdraw(found, inbound, wish, now)
    is_other_address = not is_same_email(found.lead.email, inbound.sender)
    has_more = len(strip_opt_out(inbound.own_words).split()) > FEW_WORDS
    if not wish or (has_more and not inbound.is_automatic) or _is_unsure(inbound, found.lead):
        _pass_on(found.lead, inbound, now, is_other_address=is_other_address)
    if wish:
        return Outcome.WITHDRAWN
    return Outcome.AUTOMATIC if inbound.is_automatic else Outcome.PASSED_ON


def _is_unsure(inbound: InboundMessage, lead: Lead) -> bool:
    """Whether staff should see a withdrawal: part of it is unread, or another address sent it.

    A mail program's button may well write from another one of the person's addresses.
    """
    is_other_address = not is_same_email(lead.email, inbound.sender)
    return not inbound.is_complete or (is_other_address and not inbound.names_message)


def _act_for_stranger(
    found: MatchedLead, inbound: InboundMessage, wish: tuple[str, ...], now: datetime
) -> str:
    """No applicant has the address: nothing of theirs ends, and the managers are told.

    The address itself gets no emails any more, should it ever be given to us.
    """
    is_doubtful_wish = is_doubtful(subject=inbound.subject, own_words=inbound.own_words)
    if not wish and (inbound.is_automatic or not is_doubtful_wish):
        return Outcome.UNKNOWN
    if EMAIL in wish and inbound.sender:
        suppress_address(
            institution=found.institution,
            channel=Channel.EMAIL,
            address=inbound.sender,
            reason=Consent.Method.REPLY,
            now=now,
        )
    if not inbound.is_automatic:
        alert_unidentified_sender(
            institution=found.institution,
            sender=inbound.sender,
            subject=inbound.subject,
            text=inbound.text[:MAX_TOLD],
            now=now,
        )
    return Outcome.WITHDRAWN if wish else Outcome.PASSED_ON


def _act_on_calendar(
    lead: Lead, reply: CalendarReply, inbound: InboundMessage, now: datetime
) -> str | None:
    """Cancel the appointment that the applicant's calendar declines; None: read it as a mail.

    Whoever has the lead gets the news of it, with an update for their calendar.
    """
    if not is_same_email(lead.email, inbound.sender):
        return None
    if reply.answer == "ACCEPTED" and not (inbound.text or reply.comment):
        return Outcome.AUTOMATIC
    booked = Appointment.objects.filter(
        lead=lead, state=Appointment.State.BOOKED, ends_at__gt=now
    ).select_related("institution", "lead", "membership__user", "type")
    appointment = booked.order_by("starts_at").first()
    if reply.answer != "DECLINED" or appointment is None:
        return None
    is_other = reply.appointment is not None and reply.appointment != appointment.public_id
    if is_other or (reply.sequence is not None and reply.sequence < appointment.sequence):
        return None  # an answer to an earlier appointment or time
    cancel_appointment(appointment=appointment, now=now)
    _pass_on(lead, inbound, now, is_other_address=False)
    return Outcome.PASSED_ON


def _withdraw(
    found: MatchedLead, inbound: InboundMessage, wish: tuple[str, ...], now: datetime
) -> None:
    """End the channels for every request of the person that was found."""
    lead = found.lead
    if lead is None:
        return
    words = "\n".join(filter(None, [inbound.subject, inbound.own_words[:500]]))
    for one in lock_leads(find_requests(lead=lead)):
        withdraw_consent(
            lead=one,
            channels=[channel for channel in wish if channel == EMAIL or one.phone],
            method=Consent.Method.REPLY,
            now=now,
            text=words,
        )


def _pass_on(lead: Lead, inbound: InboundMessage, now: datetime, *, is_other_address: bool) -> None:
    """Into the timeline, and to who answers."""
    events = LeadEvent.objects.filter(lead=lead, kind=LeadEvent.Kind.RECEIVED)
    lately = events.filter(at__gt=now - timedelta(hours=1)).count()
    text = _word(inbound, is_other_address=is_other_address)
    LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.RECEIVED, at=now, text=text)
    if inbound.is_automatic or not lead.is_genuine or lately >= MOST_TOLD_AN_HOUR:
        return
    rows = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.RECEIVED)
    notify_advisor(
        lead=lead,
        purpose=FollowUp.Purpose.RECEIVED,
        step=rows.count(),
        subject=inbound.subject,
        text=text.partition("\n\n")[2],
        now=now,
    )


def _word(inbound: InboundMessage, *, is_other_address: bool) -> str:
    """The message as the timeline keeps it."""
    reply = inbound.calendar_reply
    parts = [inbound.text or _("(no text)")]
    if reply:
        answer = ANSWERS.get(reply.answer, reply.answer)
        said = _("Their calendar answered an invitation: %(answer)s.") % {"answer": answer}
        parts = [said, *([inbound.text] if inbound.text else []), *filter(None, [reply.comment])]
    if not inbound.is_complete:
        parts = [_("This email could not be read. It was kept where it came in.")]
    if is_other_address and inbound.sender:
        told = _("Sent from another address: %(address)s") % {"address": inbound.sender}
        parts.insert(0, told)
    if inbound.is_automatic:
        parts.insert(0, _("This is an automatic answer."))
    if inbound.attachments:
        told = ngettext(
            "%(count)d attachment was not kept: ask for it if you need it.",
            "%(count)d attachments were not kept: ask for them if you need them.",
            inbound.attachments,
        )
        names = ", ".join(inbound.attachment_names[:MAX_NAMES])
        parts.append(f"{told % {'count': inbound.attachments}} ({names})")
    # A calendar's comment and the names of attachments are the sender's words, too.
    return remove_tokens("\n\n".join([inbound.subject or _("(no subject)"), *parts]))
