"""Django's SMTP backend with a time limit, and an error that says that a mail may have arrived.

Settings are Django's: ``EMAIL_*``, or the ``OPTIONS`` of ``MAILERS`` from Django 6.1 on.
"""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtpBackend

from hcprograms.conf import conf
from hcprograms.followup.channels.time_limit import open_reader, send_all, time_limit

GOODBYE_SECONDS = 1.0


class AnswerLost(smtplib.SMTPServerDisconnected):
    """The whole message was handed over, and no answer came: it may have arrived."""


class LimitedSmtp(smtplib.SMTP):
    """smtplib's client, every read and write of which obeys the time limit that is in force."""

    has_sent_message = False

    def getreply(self) -> tuple[int, bytes]:
        # smtplib would open a reader of its own, which a byte now and then keeps waiting for ever.
        if self.file is None and self.sock is not None:
            self.file = open_reader(self.sock)
        return super().getreply()

    def send(self, s: Any) -> None:
        """Send a command (text) or the message (bytes)."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        is_command = isinstance(s, str)
        try:
            send_all(self.sock, s.encode(self.command_encoding) if is_command else bytes(s))
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(f"Server not connected: {error}") from error
        self.has_sent_message = not is_command

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the message over; raise :class:`AnswerLost` where only the answer is missing."""
        self.has_sent_message = False
        try:
            return super().data(msg)
        except smtplib.SMTPServerDisconnected as error:
            if self.has_sent_message:
                raise AnswerLost(str(error)) from error
            raise


class LimitedSmtpSsl(LimitedSmtp, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class EmailBackend(DjangoSmtpBackend):
    """Django's SMTP backend; no message takes longer than ``conf.send_deadline_seconds``."""

    # No __init__ of its own: Django 6.1 warns of one that is called by hand.
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return LimitedSmtpSsl if self.use_ssl else LimitedSmtp

    def open(self) -> bool | None:
        longest = conf.send_deadline_seconds
        # Connecting and the handshake of TLS obey the socket's timeout only.
        self.timeout = min(self.timeout or longest, longest)
        with time_limit(longest):
            return super().open()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with time_limit(conf.send_deadline_seconds * max(1, len(email_messages))):
            return super().send_messages(email_messages) or 0

    def close(self) -> None:
        with time_limit(GOODBYE_SECONDS):
            super().close()
