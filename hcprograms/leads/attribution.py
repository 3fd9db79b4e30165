"""The campaign that a visit came from (UTM parameters): read, cleaned and shown to staff.

Addresses carry it, so that any cache may keep the page and no cookie or script is needed.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.cleaning import FORBIDDEN
from hcprograms.leads.tokens import remove_tokens

CAMPAIGN_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LANDING_KEY = "utm_landing"
"""The path of the page on which the visit began, beside the campaign's own marks."""
MAX_MARK = 150
MAX_PATH = 200
MAX_CARRIED = 2_000
"""Characters of what is carried on, as it stands in an address: pages limit theirs."""


def read_marks(query: Mapping[str, str]) -> dict[str, str]:
    """The campaign's marks in an address, bounded and clean; what may name a person is left out."""
    marks = {key: clean_mark(query.get(key, "")) for key in CAMPAIGN_KEYS}
    return {key: value for key, value in marks.items() if value}


def clean_mark(text: str) -> str:
    """One mark as it is kept; empty for an email address, which some mailing tools put there."""
    plain = make_printable(text, MAX_MARK).strip()
    return "" if "@" in plain else plain


def read_landing_path(query: Mapping[str, str]) -> str:
    """The path that an earlier page handed on; empty for anything but a path on our own site."""
    path = remove_tokens(make_printable(query.get(LANDING_KEY, ""), MAX_PATH))
    is_path = path.startswith("/") and path[1:2] not in ("/", "\\") and "@" not in path
    return path if is_path else ""


def describe_carried(query: QueryDict, *, path: str) -> str:
    """What the links of the page at this path hand on; empty where no campaign led to it."""
    marks = read_marks(query)
    if not marks:
        return ""
    landing = read_landing_path(query) or read_landing_path({LANDING_KEY: path})
    carried = marks | ({LANDING_KEY: landing} if landing else {})
    while len(text := urlencode(carried)) > MAX_CARRIED:
        carried.popitem()
    return text


def drop_addresses(url: str) -> str:
    """The page's address without parameters that hold somebody's email address."""
    try:
        parts = urlsplit(url)
        told = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url
    kept = [(key, value) for key, value in told if "@" not in value]
    return url if len(kept) == len(told) else urlunsplit(parts._replace(query=urlencode(kept)))


def make_printable(text: str, length: int) -> str:
    """The beginning of a text, without characters that have no place in one."""
    return FORBIDDEN.sub("", text[: length * 2])[:length]


LABELS: Mapping[str, Any] = {
    "utm_source": _("Campaign: source"),
    "utm_medium": _("Campaign: medium"),
    "utm_campaign": _("Campaign: name"),
    "utm_term": _("Campaign: search words"),
    "utm_content": _("Campaign: which link"),
    "landing": _("First page of the visit"),
    "referrer": _("Came from"),
    "page": _("The form stood on"),
}


def describe_attribution(attribution: Mapping[str, str]) -> list[tuple[Any, str]]:
    """Label and value of whatever is known, in the order of the labels; unknown keys come last."""
    order = [*LABELS, *sorted(attribution.keys() - LABELS.keys())]
    return [(LABELS.get(key, key), attribution[key]) for key in order if attribution.get(key)]
