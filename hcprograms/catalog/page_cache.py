"""Parts of public pages that are the same for everybody, kept in Django's cache."""

import hashlib
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.urls import get_script_prefix, get_urlconf
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

import hcprograms
from hcprograms.catalog.version import current_version
from hcprograms.institutions.error_reporting import format_error

logger = logging.getLogger(__name__)

# A cache outlives a deployment, which may bring other templates or addresses of static files.
TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Fragment:
    """HTML with whatever else the page around needs, which a cache must be able to pickle."""

    html: str
    facts: Any = None
    expires_at: datetime | None = None


def get_or_render(key: Hashable, render: Callable[[], Fragment], *, now: datetime) -> Fragment:
    """Return the fragment of this key as the database stands, rendered if it is not kept.

    Costs one query where it is. Everything else that a page depends on is added to the key:
    catalog version, language, time zone, day, addresses, template pack.
    """
    if settings.DEBUG:
        return render()
    name = _name_entry(key, now)
    fragment = _read(name)
    if fragment and (fragment.expires_at is None or now < fragment.expires_at):
        return fragment
    fragment = render()
    # What a transaction sees may be rolled back, and nobody else sees it yet.
    if not connection.in_atomic_block:
        _write(name, fragment)
    return fragment


def _name_entry(key: Hashable, now: datetime) -> str:
    parts = (
        key,
        hcprograms.__version__,
        current_version(),
        # Processes with another secret could not replace these placeholders.
        make_placeholder(""),
        get_language(),
        timezone.get_current_timezone_name(),
        timezone.localdate(now),
        get_script_prefix(),
        get_urlconf(),
        getattr(settings, "CRISPY_TEMPLATE_PACK", None),
    )
    return "hcprograms.page." + hashlib.sha256(repr(parts).encode()).hexdigest()


# A site whose cache server is down shows its pages all the same, only slower. Which exceptions
# that raises differs from backend to backend.
def _read(name: str) -> Fragment | None:
    try:
        found = cache.get(name)
    except Exception as error:
        logger.warning("The cache cannot be read: %s", format_error(error))
        return None
    return found if isinstance(found, Fragment) else None


def _write(name: str, fragment: Fragment) -> None:
    try:
        cache.set(name, fragment, TIMEOUT_SECONDS)
    except Exception as error:
        logger.warning("The cache cannot be written: %s", format_error(error))


def make_placeholder(name: str) -> str:
    """Return a word to be replaced in cached HTML.

    All processes of a site share it, and no author of a text can guess it.
    """
    secret = salted_hmac("hcprograms.catalog.page_cache", name, algorithm="sha256").hexdigest()
    return f"hcp{secret[:16]}{name}"
