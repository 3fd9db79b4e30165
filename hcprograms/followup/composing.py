"""The words of a message: one text, filled in for one reader, as subject, text and HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from css_inline import CSSInliner
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from hcprograms.followup.contents import (
    NOTICES,
    describe_for_advisor,
    describe_for_applicant,
    describe_for_appointment,
    describe_notice,
    describe_written,
)
from hcprograms.followup.models import FollowUp
from hcprograms.followup.wording.choosing import Choice
from hcprograms.followup.wording.filling import fill_body, fill_subject, one_line
from hcprograms.followup.wording.texts import Text
from hcprograms.followup.wording.values import MessageValues
from hcprograms.institutions.email_addresses import format_email
from hcprograms.leads.models.lead import Lead

FOLDER = "hcprograms/mail"
PLAIN: dict[str, str] = {
    FollowUp.Purpose.ADDRESS_CHANGED: "address_changed",
    FollowUp.Purpose.NEW_LINK: "new_link",
}
"""Messages to applicants whose words protect them: staff cannot change these."""
# At-rules stay in the head: they are what the dark mode is made of.
INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

URGENT = {FollowUp.Purpose.REMINDER, FollowUp.Purpose.ESCALATION}


@dataclass(frozen=True, slots=True)
class Words:
    """What one reader gets to read; the text and the HTML say the same."""

    subject: str
    text: str
    html: str


def compose(
    *, row: FollowUp, choice: Choice | None, links: Mapping[str, str], now: datetime
) -> Words:
    """Write the chosen text for the row, or without one what is said in no other words.

    In the language and time zone that are active.
    """
    if choice is None:
        return _compose_fixed(row, links)
    return fill_text(text=choice.text, context=describe(row=row, links=links, now=now), row=row)


def takes_text(row: FollowUp) -> bool:
    """Whether staff may have a text for it: not for what they typed, nor for notices to them."""
    return not row.is_typed and row.purpose not in (*NOTICES, *PLAIN)


def describe(*, row: FollowUp, links: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What placeholders and frame are filled with; ``links`` are those that act for the reader."""
    if row.appointment_id:
        return describe_for_appointment(row=row, links=links)
    if row.recipient == FollowUp.Recipient.APPLICANT:
        return describe_for_applicant(row=row, links=links)
    return describe_for_advisor(row=row, now=now)


def fill_text(*, text: Text, context: Mapping[str, Any], row: FollowUp) -> Words:
    """The text with its values, inside the frame that every mail has."""
    values = MessageValues(context)
    body = fill_body(text.body, values=values)
    subject = fill_subject(text.subject, values=values) or row.need_lead().institution.name
    frame = {
        **context,
        "subject": subject,
        "to_applicant": row.recipient == FollowUp.Recipient.APPLICANT,
        "cannot_reply": row.recipient != FollowUp.Recipient.APPLICANT
        and cannot_reply(row.need_lead()),
        "is_urgent": row.purpose in URGENT or context.get("is_cancelled", False),
    }
    return Words(
        subject=subject,
        text=_render("worded.txt", frame | {"body": body.text}).strip() + "\n",
        html=inline(_render("worded.html", frame | {"body": mark_safe(body.html)})),  # noqa: S308  # nosec B308 B703
    )


def cannot_reply(lead: Lead) -> bool:
    """Whether the person gave an address that no email can be sent to; False without any."""
    return bool(lead.email) and not format_email(lead.email)


def _compose_fixed(row: FollowUp, links: Mapping[str, str]) -> Words:
    if row.purpose in PLAIN:
        lead = row.need_lead()
        context = {
            "lead": lead,
            "institution": lead.institution,
            **links,
        }
        return write_fixed(PLAIN[row.purpose], context)
    if row.purpose in NOTICES:
        context, name = describe_notice(row=row), "notice"
        context["cannot_reply"] = cannot_reply(row.need_lead())
    else:
        context, name = describe_written(row=row, links=links), "written"
    return write_fixed(name, context)


def write_fixed(name: str, context: Mapping[str, Any]) -> Words:
    """The words of a mail that staff do not edit, from its templates."""
    return Words(
        subject=one_line(_render(f"{name}.subject.txt", context)),
        text=_render(f"{name}.txt", context).strip() + "\n",
        html=inline(_render(f"{name}.html", context)),
    )


def inline(html: str) -> str:
    """The page with its styles at every element, as mail programs need them."""
    return INLINER.inline(html)


def _render(template: str, context: Mapping[str, Any]) -> str:
    return render_to_string(f"{FOLDER}/{template}", dict(context))
