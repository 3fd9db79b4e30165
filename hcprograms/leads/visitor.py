"""Where a submit came from: address, browser, page, campaign; what is believed of a request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from hcprograms.conf import conf
from hcprograms.institutions.absolute_urls import get_site_root
from hcprograms.leads.attribution import (
    clean_mark,
    drop_addresses,
    make_printable,
    read_landing_path,
    read_marks,
)
from hcprograms.leads.networks import parse_ip
from hcprograms.leads.tokens import remove_tokens

SOURCE_FIELD = "source"
"""The page that a form stands on, where that is not the form's own."""
LANDING_FIELD = "landing"
"""The first page of the visit, as a script kept it in the tab; without one, links hand on its path
where a campaign led to it."""
REFERRER_FIELD = "referrer"
"""The page of another site that led to the first one, kept in the same way."""
MAX_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Visitor:
    """The circumstances of one submit, as the proof of consent keeps them."""

    ip_address: str | None = None
    user_agent: str = ""
    page_url: str = ""
    language: str = ""
    attribution: Mapping[str, str] = field(default_factory=dict)


def build_visitor(request: HttpRequest) -> Visitor:
    return Visitor(
        ip_address=get_client_ip(request),
        user_agent=make_printable(request.headers.get("User-Agent", ""), 300),
        page_url=_page_url(request),
        # A page of ours may be in English for lack of words; the visitor still wants theirs.
        language=(getattr(request, "preferred_language", None) or get_language() or "")[:10],
        attribution=_read_attribution(request),
    )


def get_client_ip(request: HttpRequest) -> str | None:
    """The visitor's address.

    ``X-Forwarded-For`` is believed as far as ``TRUSTED_PROXIES`` own proxies wrote it: each adds
    the address it was called from at the end, so whatever a visitor forged stands further left.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    if conf.trusted_proxies:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        hops = [*forwarded, *hops][-conf.trusted_proxies - 1 :]
    try:
        return str(parse_ip(hops[0]))
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
    return remove_tokens(make_printable(get_site_root(request) + request.get_full_path(), 500))


def get_source_page(request: HttpRequest) -> str:
    """The page that a submitted form stood on, as the form says; empty for the form's own page.

    The form's page wrote it, and scripts completed it: it is believed as little as any field.
    """
    base, told = get_site_root(request), _told(request, SOURCE_FIELD)
    if not told:
        return ""
    told = _join(base, told)
    referrer = make_printable(request.headers.get("Referer", ""), MAX_ADDRESS)
    if told.partition("?")[0] == referrer.partition("?")[0]:
        told = max(told, referrer, key=len)
    return told if _is_page(told) and told.partition("?")[0] != base + request.path else ""


def _read_attribution(request: HttpRequest) -> dict[str, str]:
    source, landing = get_source_page(request), get_landing_page(request)
    told = [read_marks(one) for one in (request.GET, _read_query(source), _read_query(landing))]
    # One campaign's marks are never mixed with another's.
    found = next(filter(None, told), {})
    pages = {"page": source, "landing": landing, "referrer": get_referrer(request)}
    # A visit may begin on a page that only its own link opens, and staff read where it began.
    found |= {key: remove_tokens(drop_addresses(value)) for key, value in pages.items()}
    return {key: value for key, value in found.items() if value}


def name_source(attribution: Mapping[str, str]) -> str:
    """Where a visit came from in one word: the campaign's source, else the host of the page."""
    named = clean_mark(attribution.get("utm_source", ""))
    address = attribution.get("referrer") or attribution.get("page", "")
    return (named or _read_host(address))[:150].casefold()


def get_landing_page(request: HttpRequest) -> str:
    """The page on which the visit began, as a script or the address says; believed as little."""
    told = _told(request, LANDING_FIELD)
    told = told if _is_page(told) else ""
    path = read_landing_path(_read_query(told)) or ("" if told else read_landing_path(request.GET))
    return get_site_root(request) + path if path else told


def get_referrer(request: HttpRequest) -> str:
    """The page of another site that led here: to the first page as a script says, or to this one.

    Around an embedded form it is the host's page. Our own page as referrer says nothing new.
    """
    own = {request.get_host(), urlsplit(conf.site_url).netloc}
    told = [_told(request, REFERRER_FIELD), request.headers.get("Referer", "")]
    for address in (make_printable(one, MAX_ADDRESS) for one in told):
        if _is_page(address) and _read_host(address, with_port=True) not in own:
            return address
    return ""


def _told(request: HttpRequest, field: str) -> str:
    return make_printable(request.POST.get(field, ""), MAX_ADDRESS)


def _is_page(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _read_host(address: str, *, with_port: bool = False) -> str:
    try:
        parts = urlsplit(address)
        return parts.netloc if with_port else parts.hostname or ""
    except ValueError:
        return ""


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
