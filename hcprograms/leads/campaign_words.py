"""Where a visit came from, in words for staff."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

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
