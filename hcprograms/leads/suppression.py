"""Addresses that must not be written to, kept as keyed hashes so that erasure may keep them."""

import hmac
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet

from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.consent import Channel, Suppression


def suppress_address(
    *, institution: Institution, channel: str, address: str, reason: str, now: datetime
) -> Suppression:
    """Remember not to use this address. Twice is once, and the later time counts."""
    with scope(institution=institution):
        return Suppression.objects.update_or_create(
            institution=institution,
            channel=channel,
            address_hash=hash_address(
                institution=institution, channel=channel, address=address, key=settings.SECRET_KEY
            ),
            defaults={"reason": reason, "created_at": now},
        )[0]


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
    hashes = [
        hash_address(institution=institution, channel=channel, address=address, key=key)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return Suppression.objects.filter(channel=channel, address_hash__in=hashes)


def hash_address(*, institution: Institution, channel: str, address: str, key: str | bytes) -> str:
    """A hash that cannot be tried out without the key, nor compared between institutions."""
    secret = key.encode() if isinstance(key, str) else key
    derived = hmac.new(secret, b"hcprograms.leads.suppression", sha256).digest()
    message = f"{institution.public_id.hex}:{channel}:{_normalise(channel, address)}"
    return hmac.new(derived, message.encode(), sha256).hexdigest()


def _normalise(channel: str, address: str) -> str:
    """One spelling of an address: case and spaces of an email, the extension of a number aside."""
    if channel == Channel.EMAIL:
        return address.strip().casefold()
    return "".join(one for one in address.partition(" ext. ")[0] if one.isdigit() or one == "+")
