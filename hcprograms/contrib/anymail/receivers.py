"""What anymail tells, brought to follow-up; and what our mails tell anymail."""

from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import (
    AnymailInboundEvent,
    AnymailTrackingEvent,
    EventType,
    inbound,
    pre_send,
    tracking,
)
from django.core.mail import EmailMessage
from django.dispatch import receiver
from django.utils import timezone

from hcprograms.contrib.anymail.events import FOLLOW_UP, compute_key, read_event
from hcprograms.contrib.anymail.secret import read_secrets
from hcprograms.followup.incoming.reading import UUID
from hcprograms.followup.incoming.receiving import receive_message
from hcprograms.followup.incoming.reporting import receive_report

WITHOUT_METADATA = {"MailerSend"}
"""Providers that take no metadata, and would refuse the mail."""


@receiver(pre_send, dispatch_uid="hcprograms.name_message")
def name_message(*, message: EmailMessage, esp_name: str, **kwargs: Any) -> None:
    """Have the provider name our message in its events: many give it a Message-ID of their own."""
    headers = getattr(message, "extra_headers", {})
    found = UUID.search(str(headers.get("Message-ID", "")))
    if found and esp_name not in WITHOUT_METADATA:
        kept = getattr(message, "metadata", None) or {}
        message.metadata = {**kept, FOLLOW_UP: found[0]}  # type: ignore[attr-defined]


@receiver(tracking, dispatch_uid="hcprograms.note_event")
def note_event(*, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    _need_secret()
    report = read_event(event)
    if report is not None:
        key = compute_key(event, provider=esp_name)
        receive_report(report=report, key=key, source=esp_name, now=timezone.now())


@receiver(inbound, dispatch_uid="hcprograms.take_mail")
def take_mail(*, event: AnymailInboundEvent, esp_name: str, **kwargs: Any) -> None:
    _need_secret()
    if event.event_type != EventType.INBOUND or event.message is None:
        return
    recipient = str(event.message.envelope_recipient or "")
    receive_message(
        content=event.message,
        source=esp_name,
        recipients=[recipient] if recipient else [],
        now=timezone.now(),
    )


def _need_secret() -> None:
    """A host may have included anymail’s own addresses, which are open without a secret."""
    if not read_secrets():
        raise AnymailWebhookValidationFailure("ANYMAIL['WEBHOOK_SECRET'] is not set.")
