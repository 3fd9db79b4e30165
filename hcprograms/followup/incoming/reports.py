"""Reports that mail servers send back: delivery failures (RFC 3464) and complaints (RFC 5965).

Pure. What is no report gives none.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from enum import Enum

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
BASIC = re.compile(r"^\s*([245]\d\d)\b")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MAX_REPORTS = 50

# Subject of an enhanced status code (RFC 3463) → details that say nothing lasting of the address.
NOT_THE_ADDRESS = {
    "2": {"2", "3", "4"},  # mailbox full, message too long, list expansion
    "3": None,  # the other system is full or does not take such messages
    "4": {"1", "2", "3", "5", "6", "7"},  # no answer, bad connection, congestion, loop, expired
    "5": None,  # the servers did not understand each other
    "6": None,  # the content
    "7": None,  # policy: a block of ours, a check of the sender
}


class Kind(Enum):
    """What a report means for an address."""

    DEAD = "dead"
    """It takes no mail, and will not."""
    RETURNED = "returned"
    """This one message did not arrive; the next may."""
    LATER = "later"
    """Not yet."""
    COMPLAINT = "complaint"
    """Its owner calls the message spam."""
    UNSUBSCRIBED = "unsubscribed"
    """Its owner ended emails on a page of the mail provider's."""


@dataclass(frozen=True, slots=True)
class Report:
    kind: Kind
    address: str
    """In lower case; empty where the report does not say."""
    message: uuid.UUID | None
    """The id of our message that it is about, if it says."""
    reason: str


def judge_status(text: str) -> Kind:
    """What an answer or status such as “550 5.1.1 No such user” or “4.2.2” means.

    The enhanced code says more than the three digits before it. Without any code it is taken for
    a failure of this one message.
    """
    found = ENHANCED.search(text)
    if found is None:
        basic = BASIC.match(text)
        if basic is None:
            return Kind.RETURNED
        code = basic[1]
        if code[0] != "5":
            return Kind.LATER
        return Kind.RETURNED if code == "552" else Kind.DEAD
    kind, subject, detail = found.groups()
    if kind != "5":
        return Kind.LATER
    excused = NOT_THE_ADDRESS.get(subject, set())
    return Kind.RETURNED if excused is None or detail in excused else Kind.DEAD


def read_reports(message: Message) -> Sequence[Report]:
    """One report for each recipient that the message tells of."""
    if message.get_content_type() != "multipart/report":
        return ()
    parts = list(message.walk())
    about = _find_message(parts)
    found: list[Report] = []
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            found += _read_failures(part, about)
        elif kind == "message/feedback-report":
            found += _read_complaints(part, about)
    return found[:MAX_REPORTS]


def _read_failures(part: Message, about: uuid.UUID | None) -> Iterator[Report]:
    for block in _blocks(part):
        address = _address(block.get("final-recipient") or block.get("original-recipient") or "")
        action = block.get("action", "").lower()
        if not address or action not in ("failed", "delayed"):
            continue
        reason = block.get("diagnostic-code", "").partition(";")[2].strip()
        status = block.get("status", "")
        told = f"{status} {reason}".strip()
        kind = Kind.LATER if action == "delayed" else judge_status(told)
        # “failed” is final, whatever the code: after days of trying it may still begin with 4.
        kind = Kind.RETURNED if action == "failed" and kind is Kind.LATER else kind
        yield Report(kind, address, about, told[:300])


def _read_complaints(part: Message, about: uuid.UUID | None) -> Iterator[Report]:
    for block in _blocks(part):
        if block.get("feedback-type", "").lower() not in ("abuse", "fraud", "opt-out"):
            continue
        address = _address(block.get("original-rcpt-to") or "")
        if address or about:
            yield Report(Kind.COMPLAINT, address, about, block["feedback-type"])


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """The groups of fields of a status part, names in lower case."""
    payload = part.get_payload()
    parts = payload if isinstance(payload, list) else [payload]
    texts = [one.as_string() if isinstance(one, Message) else str(one) for one in parts]
    for text in "\n\n".join(texts).replace("\r\n", "\n").split("\n\n"):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", text).split("\n"):
            name, _colon, value = line.partition(":")
            fields.setdefault(name.strip().lower(), value.strip())
        yield fields


def _address(value: str) -> str:
    """The address of “rfc822; ada@example.org” or “<ada@example.org>”."""
    address = value.rpartition(";")[2].strip().strip("<>").casefold()
    return address if "@" in address and " " not in address else ""


def _find_message(parts: Sequence[Message]) -> uuid.UUID | None:
    """The id of the message that came back, from its headers at the end of the report."""
    for part in reversed(parts):
        kind = part.get_content_type()
        told = str(part.get("Message-ID") or "")
        if kind == "text/rfc822-headers":
            told = _header_of(str(part.get_payload()))
        found = UUID.search(told) if kind != "multipart/report" else None
        if found:
            return uuid.UUID(found[0])
    return None


def _header_of(headers: str) -> str:
    found = re.search(r"^message-id:\s*(\S+)", headers[:100_000], re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""
