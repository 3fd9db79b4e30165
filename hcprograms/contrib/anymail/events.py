"""What a provider’s event means for an address, in the words of mail servers’ reports."""

import uuid
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from hcprograms.followup.inbound.reports import (
    BASIC,
    ENHANCED,
    NOT_THE_ADDRESS,
    Report,
    ReportKind,
    classify_status,
)
from hcprograms.institutions.email_addresses import get_comparable_email
from hcprograms.leads.cleaning import is_forbidden

FOLLOW_UP = "follow_up"
"""Key of the metadata that goes with each mail and comes back with each event."""

FAILURES = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
SOFT = {"transient", "temporary", "undetermined", "softbounce", "soft_bounce", "soft-bounce"}
SOFT_BOUNCE_CLASSES = {"20", "21", "22", "23", "24", "40", "70", "100"}  # SparkPost’s


def read_event(event: AnymailTrackingEvent) -> Report | None:
    """The event as a report; None for what says nothing lasting, such as an opened mail."""
    kind = _judge(event)
    if kind is None:
        return None
    return Report(
        kind=kind,
        address=get_comparable_email(_clean(str(event.recipient or ""))),
        message=_find_message(event.metadata),
        reason=_clean(str(event.mta_response or event.description or ""))[:300],
    )


def _clean(text: str) -> str:
    """One line without NUL and broken characters, which the database refuses."""
    return " ".join("".join(one if not is_forbidden(one) else " " for one in text).split())


def compute_key(event: AnymailTrackingEvent, *, provider: str) -> str:
    """SHA-256 that is the same whenever the provider tells of this event again."""
    parts = [provider, event.event_type, event.event_id, event.message_id, event.recipient]
    if not event.event_id:
        parts.append(event.timestamp.isoformat() if event.timestamp else "")
    return sha256("\0".join(str(one or "") for one in parts).encode(errors="replace")).hexdigest()


def _judge(event: AnymailTrackingEvent) -> ReportKind | None:
    reason = event.reject_reason
    if event.event_type == EventType.COMPLAINED:
        return ReportKind.COMPLAINT
    if event.event_type == EventType.UNSUBSCRIBED:
        return ReportKind.UNSUBSCRIBED
    if event.event_type not in FAILURES:
        return None
    if reason == RejectReason.SPAM:
        return ReportKind.COMPLAINT
    if reason == RejectReason.UNSUBSCRIBED:
        return ReportKind.UNSUBSCRIBED
    is_of_address = reason in (RejectReason.INVALID, RejectReason.BOUNCED)
    if not is_of_address or (reason == RejectReason.BOUNCED and _is_soft(event)):
        return ReportKind.RETURNED
    return _judge_answer(str(event.mta_response or ""))


def _judge_answer(answer: str) -> ReportKind:
    """By the other server’s own words where they hold a code; else as the provider calls it."""
    said = answer.partition(";")[2].strip() or answer
    if not (ENHANCED.search(said) or BASIC.search(said)):
        return ReportKind.RETURNED if NOT_THE_ADDRESS.search(said) else ReportKind.DEAD
    return ReportKind.DEAD if classify_status(said) is ReportKind.DEAD else ReportKind.RETURNED


def _is_soft(event: AnymailTrackingEvent) -> bool:
    """Whether the provider itself says that it may work later; each says it in another way."""
    told: Mapping[str, Any] = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    inner = told.get("bounce")
    bounce: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    words = [told.get(name) for name in ("Type", "type", "event", "severity", "bounceType")]
    words += [bounce.get("bounceType"), str(event.description or "").partition(":")[0]]
    return (
        any(str(one or "").lower() in SOFT for one in words)
        or str(told.get("hard_bounce", "")).lower() == "false"
        or str(told.get("bounce_class", "")) in SOFT_BOUNCE_CLASSES
    )


def _find_message(metadata: Mapping[str, Any] | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(str((metadata or {}).get(FOLLOW_UP, "")))
    except ValueError:
        return None
