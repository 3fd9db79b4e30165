"""Signed tokens: what lets a visitor without cookie or account send a form or see a request.

One salt per purpose, so that a token of one purpose is worth nothing for another. A token that
is tampered with or of another purpose opens as None: both look alike from outside.
"""

import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core import signing

from hcprograms.conf import conf


class Purpose(StrEnum):
    """What a link about one lead is for."""

    THANKS = "thanks"  # shown to the browser that sent the form: the thank-you page
    BOOKING = "booking"  # on the thank-you page: book a talk for this submission
    # Sent by mail only:
    MY_REQUEST = "my-request"
    APPOINTMENT = "appointment"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"


MAX_AGES = {
    Purpose.THANKS: timedelta(days=1),
    Purpose.BOOKING: timedelta(hours=6),
    # Mails are forwarded, and mailboxes change hands: what acts for a person lives for days.
    Purpose.MY_REQUEST: timedelta(days=30),
    Purpose.APPOINTMENT: timedelta(days=30),
    Purpose.PREFERENCES: timedelta(days=30),
    # Mails stay in mailboxes for years, and the way out of a list has to work for as long
    # (RFC 8058). It can only end emails.
    Purpose.UNSUBSCRIBE: timedelta(days=10 * 365),
}

# How far the clocks of two web servers may lie apart. A token that seems to come from the future
# was made by the faster one, and is as good as a fresh one: its time is signed.
MAX_CLOCK_SKEW = timedelta(days=1)
MAX_TOKEN = 600


# A signed token as text: its time begins with a 1 or 2 until the year 2065, in Base64 after “[”.
# Mail programs fold long addresses and put “>” before each line; link scanners escape the colon.
_FOLD = r"(?:=?\r?\n[> \t]*)?"
# It begins behind a sign that is in no token, or its escaped slash: else each of many beginnings
# in a row would be read on from.
_TOKEN = re.compile(
    r"(?:(?<![A-Za-z0-9_-])|(?<=%2[Ff])|(?<=%252[Ff])|(?<=%25252[Ff]))"
    r"Wz[EI](?:[A-Za-z0-9_-]" + _FOLD + r"){20,800}+"
    r"(?::|%(?:25){0,2}3A)" + _FOLD + r"(?:[A-Za-z0-9_-]" + _FOLD + r"){42}[A-Za-z0-9_-]"
)


@dataclass(frozen=True, slots=True)
class FormToken:
    """Which form was shown, when, and with which consent texts."""

    form: uuid.UUID
    version: int
    nonce: uuid.UUID
    issued_at: datetime
    consent_digest: str

    def sign(self) -> str:
        """The token's text; equal tokens give equal text."""
        content = [self.form.hex, self.version, self.nonce.hex, self.consent_digest]
        return _sign("form", content, self.issued_at)


def issue_form_token(
    *, form: uuid.UUID, version: int, consent_digest: str, now: datetime
) -> FormToken:
    """A token with a fresh nonce. Every visitor of one cached page shares it."""
    nonce = uuid.UUID(bytes=secrets.token_bytes(16))
    return FormToken(form, version, nonce, now.replace(microsecond=0), consent_digest)


def open_form_token(text: str, *, now: datetime) -> FormToken | None:
    opened = _open("form", text, max_age=conf.form_max_age, now=now)
    if opened is None:
        return None
    (form, version, nonce, digest), issued_at = opened
    return FormToken(uuid.UUID(form), version, uuid.UUID(nonce), issued_at, digest)


def renew_form_token(text: str, *, now: datetime) -> FormToken | None:
    """A token for the same form and consent texts, good for a while again, however old this is.

    A page may come from a cache that is older than any token's life. Somebody who renews the
    same token twice on one day gets the same nonce, so that sending again stays one request.
    """
    opened = _open("form", text, max_age=timedelta.max, now=now)
    if opened is None:
        return None
    (form, version, nonce, digest), issued_at = opened
    kept = uuid.UUID(nonce)
    if now - issued_at > conf.form_max_age:
        kept = uuid.uuid5(kept, now.date().isoformat())
    fresh = max(issued_at, now - conf.min_fill_time).replace(microsecond=0)
    return FormToken(uuid.UUID(form), version, kept, fresh, digest)


@dataclass(frozen=True, slots=True)
class LeadToken:
    """What a link about one lead says: which lead, and for which email address it was made."""

    purpose: Purpose
    lead: uuid.UUID
    """The lead's public id."""
    address_hash: str
    issued_at: datetime
    appointment: int | None = None
    """The appointment that was made with a booking link; it shows no other."""

    def sign(self) -> str:
        """Return the token's text; equal tokens give equal text."""
        content = [self.lead.hex, self.address_hash, self.appointment]
        return _sign(self.purpose, content, self.issued_at)

    def is_expired(self, *, now: datetime) -> bool:
        return now - self.issued_at > MAX_AGES[self.purpose]


def open_lead_token(purpose: Purpose, text: str, *, now: datetime) -> LeadToken | None:
    """Return what the token says, also when it has expired; None for any other text."""
    opened = _open(purpose, text, max_age=timedelta.max, now=now)
    if opened is None or not isinstance(opened[0], list):
        return None
    (lead, address_hash, appointment), issued_at = opened
    return LeadToken(purpose, uuid.UUID(lead), address_hash, issued_at, appointment)


def sign_upload(*, upload: uuid.UUID, question: int, now: datetime) -> str:
    """What brings a file that is kept back with its form; good for this question only."""
    return _sign("upload", [upload.hex, question], now)


def open_upload(text: str, *, question: int, now: datetime) -> uuid.UUID | None:
    """The upload's public id."""
    opened = _open("upload", text, max_age=conf.keep_files_for, now=now)
    return uuid.UUID(opened[0][0]) if opened and opened[0][1] == question else None


def remove_tokens(text: str) -> str:
    """Return the text without signed tokens, as a quoted mail of ours may hold them.

    Staff read what a person wrote, and with a token they could act as that person.
    """
    return _TOKEN.sub("…", text)


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"hcprograms.leads.{purpose}")


def _sign(purpose: str, content: Any, now: datetime) -> str:
    return _signer(purpose).sign_object([int(now.timestamp()), content])


def _open(
    purpose: str, text: str, *, max_age: timedelta, now: datetime
) -> tuple[Any, datetime] | None:
    if len(text) > MAX_TOKEN:
        return None
    try:
        issued, content = _signer(purpose).unsign_object(text)
    except (signing.BadSignature, UnicodeError):
        return None
    issued_at = datetime.fromtimestamp(issued, UTC)
    if not -MAX_CLOCK_SKEW <= now - issued_at <= max_age:
        return None
    return content, issued_at
