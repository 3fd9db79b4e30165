"""API keys: made, shown once, found again, revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.crypto import constant_time_compare

from hcprograms.leads.models.api_keys import ApiKey

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NOTED_EVERY = timedelta(minutes=1)
"""Uses within it are noted once: a busy system must not rewrite its key all the time."""
MAX_KEY = 100


def issue_key(*, key: ApiKey, user: "User | None") -> str:
    """Save a new key and return its text, ``hcp_<prefix>_<secret>``, which is kept nowhere."""
    key.prefix = secrets.token_hex(6)
    text = f"hcp_{key.prefix}_{secrets.token_urlsafe(32)}"
    key.digest, key.created_by = _digest(text), user
    key.save(force_insert=True)
    return text


def find_key(*, text: str, now: datetime) -> ApiKey | None:
    """The key of this text, and its use is noted; None for one that is unknown or revoked."""
    parts = text.split("_", 2)
    if len(parts) < 3 or len(text) > MAX_KEY or not text.isascii():
        return None
    found = ApiKey.objects.select_related("institution").filter(prefix=parts[1]).first()
    if found is None or not constant_time_compare(found.digest, _digest(text)):
        return None
    if found.revoked_at:
        return None
    ApiKey.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTED_EVERY), pk=found.pk
    ).update(last_used_at=now)
    return found


def revoke_key(*, key: ApiKey, now: datetime) -> None:
    """From now on nobody can use it; it stays in the list, so that one sees that it was there."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
