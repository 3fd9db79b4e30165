"""Whole addresses of public pages, for search engines and for pages elsewhere."""

from django.http import HttpRequest

from hcprograms.conf import conf


def site_root(request: HttpRequest) -> str:
    """Scheme and host of the public site, without a slash at the end."""
    return conf.site_url or request.build_absolute_uri("/").rstrip("/")


def canonical_url(request: HttpRequest) -> str:
    """The page's address without whatever follows a question mark."""
    return f"{site_root(request)}{request.path}"
