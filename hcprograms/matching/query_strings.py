"""Addresses that hold answers: which keys count, and how many results they ask for."""

import re
from collections.abc import Collection, Iterable

from django.http import QueryDict

from hcprograms.conf import conf

MAX_SHOWN = 50
TRACKING = re.compile(r"utm_|mc_|hsa_|_g|ref$|[a-z]{1,3}clid$")


def drop_empty(data: QueryDict) -> QueryDict:
    """The address without keys that say nothing, as forms send them."""
    given = QueryDict(mutable=True)
    for key, values in data.lists():
        if kept := [value for value in values if value != ""]:
            given.setlist(key, kept)
    return given


def list_unknown_keys(keys: Iterable[str], *, known: Collection[str]) -> list[str]:
    """Keys that are no question; marks of advertisers are passed over in silence."""
    return [key[:60] for key in keys if key not in known and not TRACKING.match(key)]


def read_limit(text: str) -> int:
    """How many programs to show: the usual number, or what “Show more” asks for."""
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return max(1, min(max(asked, conf.match_limit), MAX_SHOWN))
