"""Reading a message as it came, whoever wrote it: nothing in it may break us.

Headers and bodies are decoded as far as they can be; what cannot is replaced, and what has no
place in a text (NUL, control characters, direction changes) is left out. Only the beginning of
what is very long is looked at.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from hashlib import sha256

from hcprograms.followup.incoming.own_words import find_own_words, strip_html
from hcprograms.followup.incoming.reports import Report, read_reports
from hcprograms.leads.cleaning import is_forbidden

MAX_BYTES = 1_000_000
"""Of one message; what comes after is not read. Reports and words stand at the beginning."""
MAX_HEADER = 10_000
MAX_TEXT = 20_000

UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "List-Id")
AUTOMATIC_PRECEDENCE = ("bulk", "junk", "list", "auto_reply")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, in plain values."""

    key: str
    """SHA-256 that is the same whenever this message comes again."""
    sender: str
    """The address it says it is from, in lower case; empty where it names none, or several."""
    recipients: frozenset[str]
    """Addresses in lower case."""
    references: Sequence[uuid.UUID]
    """What may be ids of messages of ours that it answers, the likeliest first."""
    names_message: bool
    """Whether the subject names one of these ids, as a mail program's unsubscribe button does."""
    subject: str
    text: str
    """All that it says, without NUL and the like."""
    own_words: str
    """The text without what it quotes and without a signature."""
    attachments: int
    is_automatic: bool
    """Whether no person wrote it: an automatic answer, a report, a mailing list."""
    reports: Sequence[Report]


def read_message(content: bytes | Message, *, recipients: Iterable[str] = ()) -> Incoming:
    """Read a message. ``recipients``: whom it was delivered to, where the envelope is known."""
    message: Message = _parse(content) if isinstance(content, bytes) else content
    try:
        return _describe(message, recipients)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        # So broken that its parts cannot be walked: its headers say what they say.
        bare = Message()
        for name, value in _raw_headers(message):
            bare[name] = value
        return _describe(bare, recipients)


def _parse(content: bytes) -> Message:
    try:
        return message_from_bytes(content[:MAX_BYTES])
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return BytesHeaderParser().parsebytes(content[:MAX_BYTES].partition(b"\n\n")[0])


def _raw_headers(message: Message) -> list[tuple[str, str]]:
    found = []
    for name in ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References"):
        value = read_header(message, name)
        if value:
            found.append((name, value))
    return found


def _describe(message: Message, recipients: Iterable[str]) -> Incoming:
    subject, text = read_header(message, "Subject"), _read_text(message)
    sender = _find_sender(message)
    named = _find_ids(subject)
    return Incoming(
        key=_compute_key(message, sender, subject, text),
        sender=sender,
        recipients=_find_recipients(message, recipients),
        references=[*named, *_find_references(message)],
        names_message=bool(named),
        subject=subject[:300],
        text=text,
        own_words=find_own_words(text),
        attachments=sum(_is_attachment(part) for part in message.walk()),
        is_automatic=_is_automatic(message),
        reports=read_reports(message),
    )


def read_header(message: Message, name: str) -> str:
    """A header as one line of text; empty where there is none."""
    try:
        value = message[name]
        text = str(value if value is not None else "")[:MAX_HEADER]
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    with suppress(ValueError, LookupError, TypeError):  # else as it stands
        text = str(make_header(decode_header(text)))
    return " ".join("".join(one if not is_forbidden(one) else " " for one in text).split())


def _find_sender(message: Message) -> str:
    found = _addresses([read_header(message, "From")])
    return found[0] if len(found) == 1 else ""


def _find_recipients(message: Message, known: Iterable[str]) -> frozenset[str]:
    headers = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
    return frozenset(_addresses([*known, *(read_header(message, name) for name in headers)]))


def _addresses(texts: Iterable[str]) -> list[str]:
    try:
        pairs = getaddresses([text for text in texts if text])
    except (ValueError, IndexError):
        return []
    return [address.casefold() for _name, address in pairs if "@" in address]


def _find_ids(text: str) -> list[uuid.UUID]:
    return [uuid.UUID(one) for one in UUID.findall(text.lower())[:20]]


def _find_references(message: Message) -> list[uuid.UUID]:
    """The newest first: the message answered, then those before it."""
    answered = _find_ids(read_header(message, "In-Reply-To"))
    return [*answered, *reversed(_find_ids(read_header(message, "References")))]


def _compute_key(message: Message, sender: str, subject: str, text: str) -> str:
    own = read_header(message, "Message-ID")
    parts = [own, sender, subject] if own else [sender, subject, read_header(message, "Date"), text]
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _is_automatic(message: Message) -> bool:
    submitted = read_header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or read_header(message, "Precedence").lower() in AUTOMATIC_PRECEDENCE
        or any(read_header(message, name) for name in AUTOMATIC_HEADERS)
        or read_header(message, "Return-Path") == "<>"
        or message.get_content_type() == "multipart/report"
    )


def _read_text(message: Message) -> str:
    """The first part that is text for people; HTML as text where there is no other."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    shown = [part for part in parts if not _is_attachment(part)]
    for kind in ("text/plain", "text/html"):
        for part in shown:
            if part.get_content_type() == kind:
                text = _decode(part)
                return _clean(strip_html(text) if kind == "text/html" else text)
    return ""


def _is_attachment(part: Message) -> bool:
    return not part.is_multipart() and part.get_content_disposition() == "attachment"


def _decode(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", errors="replace")
    except (LookupError, ValueError, TypeError):
        return content.decode("utf-8", errors="replace")


def _clean(text: str) -> str:
    """Lines without what has no place in a text, of a length that can be kept."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\xa0", " ")
    kept = (one for one in plain[: MAX_TEXT * 2] if one == "\n" or not is_forbidden(one))
    lines = "".join(kept).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()[:MAX_TEXT]
