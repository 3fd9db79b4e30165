"""Addresses that must not be written to, kept as keyed hashes so that erasure may keep them."""

import hmac
from hashlib import sha256

from django.conf import settings

from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.consent import Channel, Suppression


def suppress_address(
    *, institution: Institution, channel: str, address: str, reason: str
) -> Suppression:
    """Remember not to use this address. Twice is once."""
    with scope(institution=institution):
        return Suppression.objects.get_or_create(
            institution=institution,
            channel=channel,
            address_hash=hash_address(
                institution=institution, channel=channel, address=address, key=settings.SECRET_KEY
            ),
            defaults={"reason": reason},
        )[0]


def is_suppressed(*, institution: Institution, channel: str, address: str) -> bool:
    """Whether this address must not be used, also after the site's secret key was changed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    hashes = [
        hash_address(institution=institution, channel=channel, address=address, key=key)
        for key in keys
    ]
    with scope(institution=institution):
        return Suppression.objects.filter(channel=channel, address_hash__in=hashes).exists()


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
