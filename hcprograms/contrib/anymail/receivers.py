"""What anymail tells, brought to follow-up; and what our mails tell anymail."""

import logging
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
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
from django.db import DatabaseError, InterfaceError
from django.dispatch import receiver
from django.utils import timezone

from hcprograms.contrib.anymail.events import FOLLOW_UP, compute_key, read_event
from hcprograms.contrib.anymail.secret import read_secrets
from hcprograms.followup.inbound.bounces import process_report
from hcprograms.followup.inbound.parser import UUID
from hcprograms.followup.inbound.process import process_message, record_unreadable_mail
from hcprograms.institutions.error_reporting import format_error

logger = logging.getLogger(__name__)

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


def _count_broken(function: Callable[..., None]) -> Callable[..., None]:
    """One broken event is counted, and those that came with it are still read."""

    @wraps(function)
    def guarded(*, event: Any, esp_name: str, **kwargs: Any) -> None:
        _need_secret()
        try:
            function(event=event, esp_name=esp_name, **kwargs)
        except (DatabaseError, InterfaceError, AnymailWebhookValidationFailure):
            raise
        except Exception as error:
            logger.error("A provider’s event cannot be read: %s", format_error(error))
            key = sha256(repr(event.esp_event).encode(errors="replace")).hexdigest()
            record_unreadable_mail(key=key, source=esp_name, now=timezone.now())

    return guarded


@receiver(tracking, dispatch_uid="hcprograms.note_event")
@_count_broken
def note_event(*, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    report = read_event(event)
    if report is not None:
        key = compute_key(event, provider=esp_name)
        process_report(report=report, key=key, source=esp_name, now=timezone.now())


@receiver(inbound, dispatch_uid="hcprograms.take_mail")
@_count_broken
def take_mail(*, event: AnymailInboundEvent, esp_name: str, **kwargs: Any) -> None:
    if event.event_type != EventType.INBOUND or event.message is None:
        return
    recipient = str(event.message.envelope_recipient or "")
    process_message(
        content=event.message,
        source=esp_name,
        recipients=[recipient] if recipient else [],
        now=timezone.now(),
    )


def _need_secret() -> None:
    """A host may have included anymail’s own addresses, which are open without a secret."""
    if not read_secrets():
        raise AnymailWebhookValidationFailure("ANYMAIL['WEBHOOK_SECRET'] is not set.")
