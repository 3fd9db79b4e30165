"""Handing a campaign's marks on from page to page, through our own links and forms.

Only pages that a campaign led to are changed, and by nothing but their address: all the others,
and their caches, see nothing of it.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape

from hcprograms.leads.attribution import describe_carried

PAGES = ("match", "programs", "compare", "tuition", "roles", "guide")
"""Names of addresses without parts, which those of all other public pages begin with."""
FORMS = re.compile(r'<form\b[^<>]*\bmethod="get"[^<>]*>[^<]*(?:<(?!/?form\b)[^<]*)*')
LINKS = re.compile(r'(<(?:a|form)\b[^<>]*?\s(?:href|action)=")([^"<>]*)(")')


def carry_campaign(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add the marks in the page's address to its links and forms that stay within the plugin."""
    if "utm_" not in request.META.get("QUERY_STRING", "") or not _is_page(response):
        return response
    carried = describe_carried(request.GET, path=request.path)
    if carried:
        html = response.content.decode(response.charset)
        response.content = add_marks(html, carried=carried, is_ours=_find_ours())
    return response


def add_marks(html: str, *, carried: str, is_ours: Callable[[str], bool]) -> str:
    """``carried`` is a query; ``is_ours`` tells of a path whether its page can hand it on."""
    marks = QueryDict(carried)
    hidden = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in marks.items()
    )
    query = escape(carried)

    def add_to_link(found: re.Match[str]) -> str:
        before, address, after = found.groups()
        rest, hash_mark, fragment = address.partition("#")
        path, _mark, own = rest.partition("?")
        is_here = bool(own) and not path
        if "utm_" in own or not (is_here or is_ours(path)):
            return found[0]
        sign = "&amp;" if own else "?"
        return f"{before}{rest.removesuffix('?')}{sign}{query}{hash_mark}{fragment}{after}"

    def add_to_form(found: re.Match[str]) -> str:
        start, tag_end, rest = found[0].partition(">")
        return found[0] if 'name="utm_' in rest else f"{start}{tag_end}{hidden}{rest}"

    # A form of the method GET replaces the query of its address: fields carry it there.
    return LINKS.sub(add_to_link, FORMS.sub(add_to_form, html))


def _is_page(response: HttpResponse) -> bool:
    kind = response.get("Content-Type", "").partition(";")[0]
    return kind == "text/html" and not response.streaming and "Location" not in response


def _find_ours() -> Callable[[str], bool]:
    begins = tuple(filter(None, (*map(_address, PAGES), _address("ask", "x").removesuffix("x/"))))
    return lambda path: bool(begins) and path.startswith(begins)


def _address(name: str, *args: str) -> str:
    try:
        return reverse(f"hcprograms:{name}", args=args)
    except NoReverseMatch:
        return ""
