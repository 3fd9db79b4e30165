"""Where a submit came from: address, browser, page, campaign; what is believed of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from hcprograms.conf import conf
from hcprograms.leads.cleaning import is_forbidden

CAMPAIGN_KEYS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


@dataclass(frozen=True, slots=True)
class Visitor:
    """The circumstances of one submit, as the proof of consent keeps them."""

    ip_address: str | None = None
    user_agent: str = ""
    page_url: str = ""
    language: str = ""
    attribution: Mapping[str, str] = field(default_factory=dict)


def describe_visitor(request: HttpRequest) -> Visitor:
    return Visitor(
        ip_address=find_client_ip(request),
        user_agent=_printable(request.headers.get("User-Agent", ""), 300),
        page_url=_page_url(request),
        language=(get_language() or "")[:10],
        attribution=_read_attribution(request),
    )


def find_client_ip(request: HttpRequest) -> str | None:
    """The visitor's address.

    ``X-Forwarded-For`` is believed as far as ``TRUSTED_PROXIES`` own proxies wrote it: each adds
    the address it was called from at the end, so whatever a visitor forged stands further left.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    if conf.trusted_proxies:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        hops = [*forwarded, *hops][-conf.trusted_proxies - 1 :]
    try:
        return str(ip_address(hops[0].strip().partition("%")[0]))
    except ValueError:
        return None


def is_allowed_origin(request: HttpRequest) -> bool:
    """Whether a form may be sent from the page that the browser names.

    A browser that names none, or hides it (“null”), is let through: the signed form token is
    what a submit needs, and no cookie gives it any power.
    """
    origin = request.headers.get("Origin", "")
    if origin in ("", "null"):
        return True
    own = {request.get_host(), urlsplit(conf.site_url).netloc}
    return urlsplit(origin).netloc in own or origin in settings.CSRF_TRUSTED_ORIGINS


def _page_url(request: HttpRequest) -> str:
    """The form's own address, on the configured site rather than on a forgeable host name."""
    base = conf.site_url or f"{request.scheme}://{request.get_host()}"
    return _printable(base + request.get_full_path(), 500)


def _read_attribution(request: HttpRequest) -> dict[str, str]:
    found = {key: _printable(request.GET.get(key, ""), 150) for key in CAMPAIGN_KEYS}
    found["referrer"] = _foreign_referrer(request)
    return {key: value for key, value in found.items() if value}


def _foreign_referrer(request: HttpRequest) -> str:
    """The page around an embedded form. Our own page as referrer says nothing new."""
    referrer = _printable(request.headers.get("Referer", ""), 300)
    try:
        host = urlsplit(referrer).netloc
    except ValueError:
        return ""
    return "" if host == request.get_host() else referrer


def _printable(text: str, length: int) -> str:
    return "".join(one for one in text[: length * 2] if not is_forbidden(one))[:length]
