"""Where a submit came from: address, browser, page, campaign; what is believed of a request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from hcprograms.conf import conf
from hcprograms.leads.cleaning import is_forbidden

SOURCE_FIELD = "source"
"""The page that a form stands on, where that is not the form's own."""
LANDING_FIELD = "landing"
"""The first page of the visit, where a campaign led to it: kept by a script in the tab only."""
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


def is_allowed_origin(request: HttpRequest, *, hosts: Collection[str] = ()) -> bool:
    """Whether a form may be sent from the page that the browser names: ours, or on one of these.

    A browser that names none, or hides it (“null”), is let through: the signed form token is
    what a submit needs, and no cookie gives it any power.
    """
    origin = request.headers.get("Origin", "")
    if origin in ("", "null"):
        return True
    host = urlsplit(origin).netloc
    own = {request.get_host(), urlsplit(conf.site_url).netloc}
    return (
        host in own
        or origin in settings.CSRF_TRUSTED_ORIGINS
        or any(host.endswith(one[1:]) if one[:2] == "*." else host == one for one in hosts)
    )


def _page_url(request: HttpRequest) -> str:
    """The form's own address, on the configured site rather than on a forgeable host name."""
    return _printable(_own_site(request) + request.get_full_path(), 500)


def _own_site(request: HttpRequest) -> str:
    return conf.site_url or f"{request.scheme}://{request.get_host()}"


def find_source(request: HttpRequest) -> str:
    """The page that a submitted form stood on, as the form says; empty for the form's own page.

    The form's page wrote it, and scripts completed it: it is believed as little as any field.
    """
    base, told = _own_site(request), _printable(request.POST.get(SOURCE_FIELD, ""), 300)
    if not told:
        return ""
    told = _join(base, told)
    referrer = _printable(request.headers.get("Referer", ""), 300)
    if told.partition("?")[0] == referrer.partition("?")[0]:
        told = max(told, referrer, key=len)
    is_page = told.startswith(("http://", "https://"))
    return told if is_page and told.partition("?")[0] != base + request.path else ""


def _read_attribution(request: HttpRequest) -> dict[str, str]:
    source = find_source(request)
    landing = find_landing(request)
    told = [request.GET, _read_query(source), _read_query(landing)]
    # One campaign's marks are never mixed with another's.
    campaign = next((one for one in told if any(key in one for key in CAMPAIGN_KEYS)), told[0])
    found = {key: _printable(campaign.get(key, ""), 150) for key in CAMPAIGN_KEYS}
    found["page"] = source
    found["landing"] = landing
    found["referrer"] = _foreign_referrer(request)
    return {key: value for key, value in found.items() if value}


def name_source(attribution: Mapping[str, str]) -> str:
    """Where a visit came from in one word: the campaign's source, else the host of the page."""
    named = attribution.get("utm_source", "")
    address = attribution.get("referrer") or attribution.get("page", "")
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return (named or host)[:150].casefold()


def find_landing(request: HttpRequest) -> str:
    """The page on which the visit began, as the script says; believed as little as any field."""
    told = _printable(request.POST.get(LANDING_FIELD, ""), 300)
    return told if told.startswith(("http://", "https://")) else ""


def _read_query(address: str) -> QueryDict:
    try:
        return QueryDict(urlsplit(address).query.encode("ascii", "ignore"))
    except ValueError:
        return QueryDict()


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


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
