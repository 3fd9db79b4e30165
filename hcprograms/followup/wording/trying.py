"""A test mail to oneself: the very mail that would go out, to nobody else."""

import uuid
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from hcprograms.followup.channels.base import Message
from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.composing import Words
from hcprograms.followup.wording.filling import one_line
from hcprograms.institutions.models import Institution


def send_test(*, words: Words, institution: Institution, address: str) -> None:
    """Hand the mail to the mail server, marked as a test.

    Raises :class:`~hcprograms.followup.channels.base.DeliveryError` with the reason; never takes
    longer than the deadline of every message.
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    sender = formataddr((one_line(institution.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    message = Message(
        id=f"<{uuid.uuid4()}@{host}>",
        to=one_line(address),
        sender=sender,
        reply_to="",
        subject=_("Test: %(subject)s") % {"subject": words.subject},
        text=words.text,
        html=words.html,
        headers={"Auto-Submitted": "auto-generated"},
    )
    with Channels() as channels:
        channels.get("email").send(message)
