"""Email through the site's own email backend, over one connection that is used many times."""

import smtplib
import time
from contextlib import suppress
from typing import Any

from django.core import mail

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
from hcprograms.followup.channels.mime import MailMessage
from hcprograms.followup.channels.smtp import AnswerLost
from hcprograms.followup.incoming.reports import Kind, judge_status

MAX_IDLE_SECONDS = 10.0
"""Servers hang up on idle clients; past this, a new line is surer than the old one."""


class EmailChannel(Channel):
    """Sends a text and HTML email.

    With ``hcprograms.followup.channels.smtp.EmailBackend`` a lost answer is told from a lost
    line and every send has a deadline; other backends are taken at their word.
    """

    key = "email"

    def __init__(self) -> None:
        self._connection: Any = None
        self._used_at = 0.0

    def send(self, message: Message) -> None:
        was_open = self._is_fresh()
        try:
            self._send_once(message)
        except smtplib.SMTPException as error:
            tells = hasattr(self._connection, "hang_up")
            self._hang_up()
            if not (was_open and tells and _only_line_was_dead(error)):
                raise _explain(error, tells_lost_answers=tells) from error
            self._send_on_new_line(message)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _is_fresh(self) -> bool:
        """Whether there is an open line, used just now; an older one is dropped."""
        if self._connection is None:
            return False
        if time.monotonic() - self._used_at > MAX_IDLE_SECONDS:
            self._hang_up()
            return False
        return True

    def _send_on_new_line(self, message: Message) -> None:
        try:
            self._send_once(message)
        except smtplib.SMTPException as error:
            self._hang_up()
            raise _explain(error, tells_lost_answers=True) from error

    def _send_once(self, message: Message) -> None:
        if self._connection is None:
            self._open()
        try:
            sent = self._hand_over(message)
        except smtplib.SMTPException:
            raise
        except Exception as error:
            self._hang_up()
            raise _explain(error, tells_lost_answers=True) from error
        self._used_at = time.monotonic()
        if not sent:
            raise OutcomeUnknown("The email backend says that it sent nothing, and not why.")

    def _hand_over(self, message: Message) -> int:
        """Give the message to the backend; return how many it sent, None or 0 for none."""
        try:
            sent: int = self._connection.send_messages([_build(message)])
        except ValueError:
            if not message.invitation:
                raise
            # Most mail providers take no alternative but HTML; anymail says so before it sends.
            sent = self._connection.send_messages([_build(message, invitation_as_file=True)])
        return sent

    def _open(self) -> None:
        try:
            connection = _get_backend()
        except Exception as error:
            raise _unreachable(error) from error
        try:
            connection.open()
        except Exception as error:
            _drop(connection)
            raise _unreachable(error) from error
        self._connection = connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _drop(connection)


def _get_backend() -> Any:
    """The site's email backend: of MAILERS, which Django has had since 6.1, or EMAIL_BACKEND."""
    mailers = getattr(mail, "mailers", None)
    return mail.get_connection() if mailers is None else mailers.default


def _drop(connection: Any) -> None:
    with suppress(Exception):
        getattr(connection, "hang_up", connection.close)()


def _build(message: Message, *, invitation_as_file: bool = False) -> MailMessage:
    email = MailMessage(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message.id, **message.headers},
    )
    email.attach_alternative(message.html, "text/html")
    if message.invitation:
        _attach_invitation(email, message.invitation, as_file=invitation_as_file)
    return email


def _attach_invitation(email: MailMessage, invitation: str, *, as_file: bool) -> None:
    """As an alternative, which calendars act on (RFC 6047), and as a file for all others.

    With ``as_file`` as one file with both purposes.
    """
    method = next(
        line.partition(":")[2] for line in invitation.splitlines() if line.startswith("METHOD:")
    )
    kind = f"text/calendar; method={method}"
    if as_file:
        email.attach("invite.ics", invitation, kind)
        return
    email.attach_alternative(invitation, kind)
    # As bytes: Django 5.2 would write the text in another encoding than UTF-8.
    email.attach("invite.ics", invitation.encode(), "application/ics")


def _only_line_was_dead(error: smtplib.SMTPException) -> bool:
    """Whether a kept line was found closed before the message was handed over."""
    if isinstance(error, AnswerLost):
        return False
    code = getattr(error, "smtp_code", None)
    return isinstance(error, smtplib.SMTPServerDisconnected) or (
        isinstance(error, smtplib.SMTPSenderRefused) and code == 421
    )


def _explain(error: Exception, *, tells_lost_answers: bool) -> DeliveryError:
    """What a backend's exception means for the message."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _by_code(code, text, of_address=True)
    if isinstance(error, AnswerLost):
        return OutcomeUnknown("The line dropped before the server's answer.")
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        kind = Unreachable if tells_lost_answers else OutcomeUnknown
        return kind(f"The mail server hung up: {error}")
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return Refused(f"This cannot be sent as an email: {error}")
    status = getattr(error, "status_code", None)  # anymail's errors carry the provider's answer
    if isinstance(status, int):
        return _by_http_status(status, error)
    return OutcomeUnknown(f"{type(error).__name__}: {error}")


def _by_code(code: int, text: bytes | str, *, of_address: bool = False) -> DeliveryError:
    said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    if of_address and 500 <= code <= 599 and judge_status(said) is Kind.DEAD:
        return AddressDead(said)
    if 500 <= code <= 599:
        return Refused(said)
    if 400 <= code <= 499:
        return TryLater(said)
    return OutcomeUnknown(said)


def _by_http_status(status: int, error: Exception) -> DeliveryError:
    if status in (408, 425, 429) or status >= 500:
        return TryLater(f"{status} {error}")
    return Refused(f"{status} {error}")


def _unreachable(error: Exception) -> DeliveryError:
    return Unreachable(f"The mail server cannot be reached: {type(error).__name__}: {error}")
