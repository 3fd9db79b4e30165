"""The roles of the field as HTML, the same for everybody."""

from datetime import datetime

from django.template.loader import render_to_string

from hcprograms.catalog.explorer import explore_roles
from hcprograms.catalog.page_cache import Fragment, get_or_render


def show_roles(*, now: datetime) -> Fragment:
    """Every role with what the sources say of it, between management and administration."""

    def render() -> Fragment:
        context = {"explored": explore_roles(), "uid": "hcp-roles"}
        return Fragment(render_to_string("hcprograms/catalog/_roles.html", context))

    return get_or_render(("roles",), render, now=now)
