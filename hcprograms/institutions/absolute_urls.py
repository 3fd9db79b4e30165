"""Whole addresses of our pages, as emails, search engines and other sites need them.

They start with ``SITE_URL``: the host of a request can be forged, and a task has none.
"""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from hcprograms.conf import conf


def get_absolute_url(name: str, *args: object, query: str = "") -> str:
    """Return the address of a page by its URL name. Raises ``NoReverseMatch``."""
    address = conf.site_url + reverse(name, args=args)
    return f"{address}?{query}" if query else address


def find_absolute_url(name: str, *args: object, query: str = "") -> str:
    """Return the same, or nothing where the host has left such pages out."""
    try:
        return get_absolute_url(name, *args, query=query)
    except NoReverseMatch:
        return ""


def find_admin_url(name: str, *args: object, query: str = "") -> str:
    """Return the address of an admin page such as ``lead_change``, if the host has an admin."""
    return find_absolute_url(f"admin:hcprograms_{name}", *args, query=query)


def get_site_root(request: HttpRequest) -> str:
    """Return scheme and host of the public site, without a slash at the end."""
    return conf.site_url or request.build_absolute_uri("/").rstrip("/")


def get_canonical_url(request: HttpRequest) -> str:
    """Return the page's address without whatever follows a question mark."""
    return f"{get_site_root(request)}{request.path}"
