"""Answers as they stand in an address: which keys count, and what a form made of their values."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.http import QueryDict

from hcprograms.conf import conf

MOST_SHOWN = 50
INTEREST = "interest_"
"""Before the slug of a statement."""
_TRACKING = re.compile(r"utm_|mc_|hsa_|_g|ref$|[a-z]{1,3}clid$")


def as_mapping(values: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values as the mapping that ``parse_answers`` reads; nothing said is left out."""
    said = {key: value for key, value in values.items() if value not in ("", None, [])}
    interests = {
        key.removeprefix(INTEREST): int(value)
        for key, value in said.items()
        if key.startswith(INTEREST)
    }
    rest = {key: value for key, value in said.items() if not key.startswith(INTEREST)}
    return rest | ({"interests": interests} if interests else {})


def drop_empty(data: QueryDict) -> QueryDict:
    """The address without keys that say nothing, as forms send them."""
    said = QueryDict(mutable=True)
    for key, values in data.lists():
        if kept := [value for value in values if value != ""]:
            said.setlist(key, kept)
    return said


def unknown_keys(keys: Iterable[str], *, known: Collection[str]) -> list[str]:
    """Keys that are no question; marks of advertisers are passed over in silence."""
    return [key[:60] for key in keys if key not in known and not _TRACKING.match(key)]


def read_most(text: str) -> int:
    """How many programs to show: the usual number, or what “Show more” asks for."""
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return max(1, min(max(asked, conf.match_limit), MOST_SHOWN))
