"""From a follow-up's row to the message: recipient, subject, text, HTML and headers."""

from contextlib import ExitStack
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hcprograms.followup.channels.base import Message
from hcprograms.followup.composing import compose, takes_text
from hcprograms.followup.contents import find_links
from hcprograms.followup.headers import (
    format_person,
    format_sender,
    get_message_host,
    get_sender_address,
)
from hcprograms.followup.invitations import write_invitation
from hcprograms.followup.models import FollowUp
from hcprograms.followup.wording.choosing import choose_text
from hcprograms.followup.wording.sentences import find_safe_name
from hcprograms.followup.wording.used import Used
from hcprograms.institutions.email_addresses import format_email
from hcprograms.institutions.hours import read_zone
from hcprograms.institutions.languages import choose_language
from hcprograms.leads.links import build_link
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.tokens import Purpose

# Exchange does not look at Auto-Submitted. Not "All", which would suppress its failure reports too.
NO_AUTOMATIC_ANSWERS = {"X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply"}


def render_message(row: FollowUp, *, now: datetime) -> Message:
    """Write the message of a follow-up, in the recipient's language and the school's time zone.

    The same row gives the same ``id`` whenever it is written. Raises
    :class:`~hcprograms.followup.wording.texts.UnusableError` where a text is asked for that is
    gone and nothing can stand in for it, and ``ValueError`` for a recipient's address that no
    header can hold. Any other address that cannot be written is left out.
    """
    lead = row.need_lead()
    to_applicant = row.recipient == FollowUp.Recipient.APPLICANT
    has_name = to_applicant and row.purpose != FollowUp.Purpose.ADDRESS_CHANGED
    language = _language(lead if to_applicant else None)
    name = find_safe_name(lead) if has_name else ""
    to = format_person(name, row.address) if name else format_email(row.address)
    if not to:
        raise ValueError(_("No email can be sent to the address “%s”.") % row.address)
    choice = choose_text(row=row, language=language) if takes_text(row) else None
    with ExitStack() as stack:
        spoken = choice.language if choice else choose_language(language)
        stack.enter_context(translation.override(spoken))
        stack.enter_context(timezone.override(read_zone(lead.institution.time_zone)))
        words = compose(row=row, choice=choice, links=find_links(row=row, now=now), now=now)
        return Message(
            id=compute_message_id(row),
            to=to,
            sender=format_sender(lead.institution.name),
            reply_to=_reply_to(row, lead) if to_applicant else format_person(lead.name, lead.email),
            subject=words.subject,
            text=words.text,
            html=words.html,
            headers=_headers(row, lead, to_applicant, now),
            invitation=_invitation(row, now),
            used=choice.used if choice else Used(),
        )


def _invitation(row: FollowUp, now: datetime) -> str:
    """The entry for the reader's calendar; a reminder needs none."""
    if row.appointment is None or row.purpose != FollowUp.Purpose.APPOINTMENT:
        return ""
    to_applicant = row.recipient == FollowUp.Recipient.APPLICANT
    lead = row.need_lead()
    url = build_link(Purpose.APPOINTMENT, lead=lead, address=row.address, now=now)
    return write_invitation(
        appointment=row.appointment,
        organizer=get_sender_address(),
        url=url if to_applicant else "",
        now=now,
        time_zone=row.appointment.time_zone if to_applicant else "",
    )


def compute_message_id(row: FollowUp) -> str:
    return f"<{row.public_id}@{get_message_host()}>"


def _language(lead: Lead | None) -> str:
    try:
        return translation.get_supported_language_variant(lead.language if lead else "")
    except LookupError:
        return settings.LANGUAGE_CODE


def _reply_to(row: FollowUp, lead: Lead) -> str:
    """Who wrote, else who has the request, so that an answer reaches them; else the office."""
    advisor = row.membership or lead.assigned_to
    if row.purpose == FollowUp.Purpose.ADDRESS_CHANGED:
        advisor = None  # it may be the one who changed it
    written = advisor and format_person(
        advisor.display_name, str(getattr(advisor.user, "email", ""))
    )
    return written or format_person(lead.institution.name, lead.institution.email)


def _headers(row: FollowUp, lead: Lead, to_applicant: bool, now: datetime) -> dict[str, str]:
    automatic = {"Auto-Submitted": "auto-generated", **NO_AUTOMATIC_ANSWERS}
    headers = {} if row.is_typed else automatic
    if to_applicant and row.purpose != FollowUp.Purpose.ADDRESS_CHANGED:
        headers["List-Unsubscribe"] = ", ".join(f"<{one}>" for one in _ways_to_end(row, lead, now))
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _ways_to_end(row: FollowUp, lead: Lead, now: datetime) -> list[str]:
    """For a mail program’s own button: by one click, and by a mail that names this one."""
    ways = [build_link(Purpose.UNSUBSCRIBE, lead=lead, address=row.address, now=now)]
    address = format_email(lead.institution.withdrawal_email)
    if address:
        ways.append(f"mailto:{quote(address, safe='@')}?subject=unsubscribe%20{row.public_id}")
    return ways
