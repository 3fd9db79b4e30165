"""Email through the site's own email backend, over one connection that is used many times."""

import smtplib
import time
from contextlib import suppress
from typing import Any

from django.core import mail

from hcprograms.conf import conf
from hcprograms.followup.channels.base import (
    AddressDead,
    Channel,
    DeliveryError,
    Message,
    OutcomeUnknown,
    Refused,
    TryLater,
    Unreachable,
)
from hcprograms.followup.channels.email_message import build_email
from hcprograms.followup.channels.smtp import AnswerLost, EmailBackend
from hcprograms.followup.channels.time_limit import time_limit
from hcprograms.followup.inbound.reports import ReportKind, classify_status

# Servers hang up on idle clients; past this, a new connection is surer than the old one.
MAX_IDLE_SECONDS = 10.0


class EmailChannel(Channel):
    """Sends a text and HTML email.

    With ``hcprograms.followup.channels.smtp.EmailBackend`` a lost answer is told from a lost
    connection and every send has a time limit; other backends are taken at their word.
    """

    key = "email"

    def __init__(self) -> None:
        self._connection: Any = None
        self._used_at = 0.0

    def send(self, message: Message) -> None:
        """Send over the kept connection, or over a new one if that was closed meanwhile."""
        if time.monotonic() - self._used_at > MAX_IDLE_SECONDS:
            self.close()
        was_open = self._connection is not None
        with time_limit(conf.send_deadline_seconds):
            try:
                try:
                    self._send(message)
                except smtplib.SMTPException as error:
                    if not (was_open and _was_connection_closed(self._connection, error)):
                        raise
                    self.close()
                    self._send(message)
            except Exception as error:
                is_own_backend = isinstance(self._connection, EmailBackend)
                self.close()
                if isinstance(error, DeliveryError):
                    raise
                raise _explain(error, is_own_backend=is_own_backend) from error
        self._used_at = time.monotonic()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _send(self, message: Message) -> None:
        if self._connection is None:
            try:
                self._connection = _get_backend()
                self._connection.open()
            except Exception as error:
                raise Unreachable(
                    f"The mail server cannot be reached: {type(error).__name__}: {error}"
                ) from error
        try:
            sent = self._connection.send_messages([build_email(message)])
        except ValueError:
            if not message.invitation:
                raise
            # Most mail providers take no alternative but HTML; anymail says so before it sends.
            email = build_email(message, invitation_as_file=True)
            sent = self._connection.send_messages([email])
        if not sent:
            raise OutcomeUnknown("The email backend says that it sent nothing, and not why.")


def _get_backend() -> Any:
    """Return the site's backend: of MAILERS, which Django has had since 6.1, or EMAIL_BACKEND."""
    mailers = getattr(mail, "mailers", None)
    return mail.get_connection() if mailers is None else mailers.default


def _was_connection_closed(connection: Any, error: Exception) -> bool:
    """Return whether a kept connection was found closed before the message was handed over.

    Only our own backend tells: with others the message may have been taken.
    """
    if not isinstance(connection, EmailBackend) or isinstance(error, AnswerLost):
        return False
    return isinstance(error, smtplib.SMTPServerDisconnected) or (
        isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == 421
    )


def _explain(error: Exception, *, is_own_backend: bool) -> DeliveryError:
    """Return what a backend's exception means for the message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _explain_answer(code, text, is_about_recipient=True)
    if isinstance(error, AnswerLost):
        return OutcomeUnknown("The line dropped before the server's answer.")
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return _explain_answer(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        kind = Unreachable if is_own_backend else OutcomeUnknown
        return kind(f"The mail server hung up: {error}")
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return Refused(f"This cannot be sent as an email: {error}")
    status = getattr(error, "status_code", None)  # anymail's errors carry the provider's answer
    if isinstance(status, int):
        may_pass = status in (408, 425, 429) or status >= 500
        return (TryLater if may_pass else Refused)(f"{status} {error}")
    return OutcomeUnknown(f"{type(error).__name__}: {error}")


def _explain_answer(
    code: int, text: bytes | str, *, is_about_recipient: bool = False
) -> DeliveryError:
    answer = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    if is_about_recipient and 500 <= code <= 599 and classify_status(answer) is ReportKind.DEAD:
        return AddressDead(answer)
    if 500 <= code <= 599:
        return Refused(answer)
    if 400 <= code <= 499:
        return TryLater(answer)
    return OutcomeUnknown(answer)
