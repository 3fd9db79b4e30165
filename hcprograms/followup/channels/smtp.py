"""An SMTP backend that can be relied on: it ends in time and knows what it does not know.

Django's own backend, with additions:

* a deadline for everything that one call does: a server that sends a byte now and then defeats
  a socket's timeout, so a watchdog cuts the line (``conf.send_deadline_seconds``);
* when the line drops after a message was handed over and before the server's answer, the error
  says so (:class:`AnswerLost`): the message may have arrived;
* a broken line is dropped at once, not said goodbye to.

Mails of the plugin's own shape are written by ``mime.write_mail``, which costs a fraction.

Settings are Django's ``EMAIL_*``.
"""

import math
import smtplib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtpBackend
from django.core.mail.message import sanitize_address

from hcprograms.conf import conf
from hcprograms.followup.channels.mime import write_mail


class AnswerLost(smtplib.SMTPServerDisconnected):
    """The whole message was handed over, and no answer came."""


class Watchdog:
    """Cuts a socket when a deadline passes. One thread per watchdog, asleep between calls.

    ``_ends_at`` is None outside of a deadline, and infinite once it has passed.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._socket: socket.socket | None = None
        self._ends_at: float | None = None
        self._wakes_at: float | None = None
        self._thread: threading.Thread | None = None
        self._is_over = False

    def watch(self, line: socket.socket) -> None:
        """Guard this socket instead of the one before.

        A duplicate is kept: TLS takes the original apart.
        """
        duplicate = line.dup()
        with self._changed:
            self._forget()
            self._socket = duplicate
            if self._ends_at == math.inf:
                self._cut()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut the socket if the block takes longer; a block within a block keeps the first end."""
        if self._ends_at is not None:
            yield
            return
        with self._changed:
            self._ends_at = time.monotonic() + seconds
            self._start()
            if self._wakes_at is None or self._wakes_at > self._ends_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends_at = None

    def stop(self) -> None:
        with self._changed:
            self._is_over = True
            self._forget()
            self._changed.notify()

    def _start(self) -> None:
        self._is_over = False
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="hcp-smtp-watchdog", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with self._changed:
            while not self._is_over:
                now = time.monotonic()
                if self._ends_at is not None and self._ends_at <= now:
                    self._cut()
                    self._ends_at = math.inf
                self._wakes_at = self._ends_at if self._ends_at != math.inf else None
                self._changed.wait(self._wakes_at - now if self._wakes_at else None)

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seconds = conf.send_deadline_seconds
        self.timeout = min(self.timeout or self.seconds, self.seconds)
        self.watchdog = Watchdog()

    @property
    def connection_class(self) -> Any:
        kind = WatchedSmtpSsl if self.use_ssl else WatchedSmtp
        return partial(kind, watchdog=self.watchdog)

    def open(self) -> bool | None:
        with self.watchdog.deadline(self.seconds):
            return super().open()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with self.watchdog.deadline(self.seconds * max(1, len(email_messages))):
            return super().send_messages(email_messages) or 0

    def _send(self, email_message: EmailMessage) -> bool:
        recipients = [_address(one) for one in email_message.recipients()]
        if not recipients:
            return False
        sender = _address(email_message.from_email)
        content = write_mail(email_message)
        self.connection.sendmail(sender, recipients, content)  # type: ignore[union-attr]
        return True

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


@lru_cache(maxsize=1000)
def _address(text: str) -> str:
    """As Django writes it into the envelope; the same people come again."""
    return str(sanitize_address(text, "utf-8"))
