"""Pieces of pages that are the same for everybody, rendered once and kept by each process.

The database counts every change of what a public page is made of (``current_version``), so a kept
piece is never out of date: asking for the number is the one query that showing it costs.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import get_script_prefix, get_urlconf
from django.utils import timezone
from django.utils.translation import get_language

from hcprograms.catalog.version import current_version

MOST_KEPT = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """HTML with whatever else belongs to it; out of date from ``until`` on, if that is given."""

    html: str
    facts: Any = None
    until: datetime | None = None


class _Shelf:
    """The pieces used last, safe for threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pieces: OrderedDict[Hashable, Piece] = OrderedDict()
        self.lock = threading.Lock()

    def take(self, key: Hashable) -> Piece | None:
        with self.lock:
            if key in self.pieces:
                self.pieces.move_to_end(key)
            return self.pieces.get(key)

    def put(self, key: Hashable, piece: Piece) -> None:
        with self.lock:
            self.pieces[key] = piece
            self.pieces.move_to_end(key)
            while len(self.pieces) > self.size:
                self.pieces.popitem(last=False)


_shelf = _Shelf(MOST_KEPT)


def keep(
    *, about: Hashable, now: datetime, build: Callable[[], Piece], version: int | None = None
) -> Piece:
    """The piece about this, from the shelf or built; one query when it is on the shelf.

    Language, time zone, day, addresses and template pack are part of the key. What a transaction
    has built is not put on the shelf: it may be rolled back. ``version``: how the database stood a
    moment ago, for who need not know of the last second; then there is no query.
    """
    if settings.DEBUG:
        return build()
    key = (
        about,
        current_version() if version is None else version,
        get_language(),
        timezone.get_current_timezone_name(),
        timezone.localdate(now),
        get_script_prefix(),
        get_urlconf(),
        getattr(settings, "CRISPY_TEMPLATE_PACK", None),
    )
    found = _shelf.take(key)
    if found and (found.until is None or now < found.until):
        return found
    piece = build()
    if not connection.in_atomic_block:
        _shelf.put(key, piece)
    return piece


def forget() -> None:
    """Empty the shelf; for tests, whose databases count from the beginning again."""
    _shelf.pieces.clear()
