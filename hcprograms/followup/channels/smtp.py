"""An SMTP backend that can be relied on: it ends in time and knows what it does not know.

Django's own backend, with additions:

* a deadline for everything that one call does: a server that sends a byte now and then defeats
  a socket's timeout, so a watchdog cuts the line (``conf.send_deadline_seconds``);
* when the line drops after a message was handed over and before the server's answer, the error
  says so (:class:`AnswerLost`): the message may have arrived;
* a broken line is dropped at once, not said goodbye to.

Settings are Django's: ``EMAIL_*``, or the ``OPTIONS`` of ``MAILERS`` from Django 6.1 on.
"""

import smtplib
import socket
from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtpBackend

from hcprograms.conf import conf
from hcprograms.followup.channels.watchdog import Watchdog


class AnswerLost(smtplib.SMTPServerDisconnected):
    """The whole message was handed over, and no answer came."""


class WatchedSmtp(smtplib.SMTP):
    """smtplib's client under a watchdog."""

    def __init__(self, *args: Any, watchdog: Watchdog, **kwargs: Any) -> None:
        self.watchdog = watchdog
        self.handed_over = False
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.watchdog.watch(line)
        return line

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the message over; as in smtplib, but a missing answer is told apart."""
        self.handed_over = False
        try:
            return super().data(msg)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if self.handed_over:
                raise AnswerLost(str(error)) from error
            raise
        finally:
            self.handed_over = False

    def send(self, s: Any) -> None:
        super().send(s)
        # The only bytes that smtplib sends are the message; commands are text.
        self.handed_over = isinstance(s, bytes)


class WatchedSmtpSsl(smtplib.SMTP_SSL, WatchedSmtp):
    """The same over TLS from the start."""

    def __init__(self, *args: Any, watchdog: Watchdog, **kwargs: Any) -> None:
        self.watchdog = watchdog
        self.handed_over = False
        super().__init__(*args, **kwargs)


class EmailBackend(DjangoSmtpBackend):
    """Django's SMTP backend with a deadline; see the top of this module."""

    # No __init__ of its own: Django 6.1 takes one for a backend that is made by hand.
    @cached_property
    def seconds(self) -> float:
        """Longest time that one message may take."""
        return conf.send_deadline_seconds

    @cached_property
    def watchdog(self) -> Watchdog:
        return Watchdog()

    @property
    def connection_class(self) -> Any:
        kind = WatchedSmtpSsl if self.use_ssl else WatchedSmtp
        return partial(kind, watchdog=self.watchdog)

    def open(self) -> bool | None:
        self.timeout = min(self.timeout or self.seconds, self.seconds)
        with self.watchdog.deadline(self.seconds):
            return super().open()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with self.watchdog.deadline(self.seconds * max(1, len(email_messages))):
            return super().send_messages(email_messages) or 0

    def close(self) -> None:
        """Say goodbye and hang up."""
        with self.watchdog.deadline(min(1.0, self.seconds)):
            super().close()
        self.watchdog.stop()

    def hang_up(self) -> None:
        """Drop a line that cannot be trusted any more, without a word."""
        for line in (self.connection, getattr(self, "_partial_connection", None)):
            if line is not None:
                line.close()
        self.connection = self._partial_connection = None
        self.watchdog.stop()
