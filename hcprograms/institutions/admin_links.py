"""Links from an object's page to what belongs to it, where the admin has its object tools."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from hcprograms.institutions.admin_scoping import ScopedAdmin


class Link(NamedTuple):
    url: str
    label: Any


class LinkedAdmin(ScopedAdmin):
    """A scoped admin whose pages link to related pages."""

    def list_links(self, request: HttpRequest) -> list[Link]:
        """Override: the links above the list."""
        return []

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        """Override: the links on the page of this row."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {"list_links": self.list_links(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        context["object_links"] = self.object_links(request, row) if row else []
        return super().render_change_form(request, context, *args, **kwargs)


def admin_url(name: str, *args: Any, **query: Any) -> str:
    """The address of one of our admin pages, such as ``offering_add``, with a query."""
    url = reverse(f"admin:hcprograms_{name}", args=args)
    return f"{url}?{urlencode(query)}" if query else url
