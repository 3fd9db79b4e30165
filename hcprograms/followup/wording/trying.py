"""A test mail to oneself: the very mail that would go out, to nobody else."""

import uuid

from django.utils.translation import gettext as _

from hcprograms.followup.channels.base import Message, Refused
from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.composing import Words
from hcprograms.followup.headers import format_sender, get_message_host
from hcprograms.institutions.email_addresses import format_email
from hcprograms.institutions.models import Institution


def send_test(*, words: Words, institution: Institution, address: str) -> None:
    """Hand the mail to the mail server, marked as a test.

    Raises :class:`~hcprograms.followup.channels.base.DeliveryError` with the reason; never takes
    longer than the deadline of every message.
    """
    to = format_email(address)
    if not to:
        raise Refused(_("No email can be sent to the address “%s”.") % address)
    message = Message(
        id=f"<{uuid.uuid4()}@{get_message_host()}>",
        to=to,
        sender=format_sender(institution.name),
        reply_to="",
        subject=_("Test: %(subject)s") % {"subject": words.subject},
        text=words.text,
        html=words.html,
        headers={"Auto-Submitted": "auto-generated"},
    )
    with Channels() as channels:
        channels.get("email").send(message)
