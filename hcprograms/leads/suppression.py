"""Addresses that must not be contacted, as keyed hashes, so that erasure may keep them.

Also the hash that says whether a lead's email address is the one that the person gave. The links in
mails act for the reader of a mailbox. Where staff chose the mailbox, they may be its readers: such
links neither hand out data nor correct, agree or erase.
"""

import hmac
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet

from hcprograms.institutions.email_addresses import get_comparable_email
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.consent import Channel, Suppression
from hcprograms.leads.models.lead import Lead


def suppress_address(
    *, institution: Institution, channel: str, address: str, reason: str, now: datetime
) -> Suppression:
    """Remember not to use this address. Twice is once, and the later time counts."""
    address_hash = hash_address(
        institution=institution, channel=channel, address=address, key=settings.SECRET_KEY
    )
    return suppress_hash(
        institution=institution, channel=channel, address_hash=address_hash, reason=reason, now=now
    )


def suppress_hash(
    *, institution: Institution, channel: str, address_hash: str, reason: str, now: datetime
) -> Suppression:
    """Do the same for an address of which only the hash is known."""
    with scope(institution=institution):
        return Suppression.objects.update_or_create(
            institution=institution,
            channel=channel,
            address_hash=address_hash,
            defaults={"reason": reason, "created_at": now},
        )[0]


def is_hash_of(address_hash: str, address: str, *, institution: Institution, channel: str) -> bool:
    """Whether it is the hash of this address, by the site's secret key or one before it."""
    hashes = _hash_with_all_keys(institution, channel, address)
    return bool(address) and any(hmac.compare_digest(address_hash, one) for one in hashes)


def is_suppressed(
    *, institution: Institution, channel: str, address: str, since: datetime | None = None
) -> bool:
    """Whether this address must not be used, also after the site's secret key was changed.

    ``since``: for the answer to a request made then. Who ended all mail and asks anew wants to
    be answered; only what was ended after asking counts. Anything else never gives it.
    """
    with scope(institution=institution):
        rows = _find(institution, channel, address)
        return (rows.filter(created_at__gte=since) if since else rows).exists()


def lift_suppression(*, institution: Institution, channel: str, address: str) -> int:
    """Allow this address again, because its person says so; return how many rows that were."""
    with scope(institution=institution):
        return _find(institution, channel, address).delete()[0]


def _find(institution: Institution, channel: str, address: str) -> "QuerySet[Suppression]":
    """The rows of an address, whichever key of the site hashed it. Needs a scope."""
    hashes = _hash_with_all_keys(institution, channel, address)
    return Suppression.objects.filter(channel=channel, address_hash__in=hashes)


def _hash_with_all_keys(institution: Institution, channel: str, address: str) -> list[str]:
    return [
        hash_address(institution=institution, channel=channel, address=address, key=key)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def hash_address(*, institution: Institution, channel: str, address: str, key: str | bytes) -> str:
    """A hash that cannot be tried out without the key, nor compared between institutions."""
    secret = key.encode() if isinstance(key, str) else key
    derived = hmac.new(secret, b"hcprograms.leads.suppression", sha256).digest()
    message = f"{institution.public_id.hex}:{channel}:{_normalise(channel, address)}"
    return hmac.new(derived, message.encode(), sha256).hexdigest()


def _normalise(channel: str, address: str) -> str:
    """One spelling of an address: an email's canonical form, a number without its extension."""
    if channel == Channel.EMAIL:
        return get_comparable_email(address)
    return normalize_phone(address)


def normalize_phone(number: str) -> str:
    """One spelling of a phone number, without its extension."""
    return "".join(one for one in number.partition(" ext. ")[0] if one.isdigit() or one == "+")


def compute_own_email_hash(lead: Lead, email: str) -> str:
    """Return ``Lead.own_email_hash`` as it has to be once staff have changed the address to this.

    It is empty where staff put back the address that the person gave.
    """
    institution, channel = lead.institution, Channel.EMAIL
    held = lead.own_email_hash
    if held and is_hash_of(held, email, institution=institution, channel=channel):
        return ""
    return held or hash_address(
        institution=institution, channel=channel, address=lead.email, key=settings.SECRET_KEY
    )
