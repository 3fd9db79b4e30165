"""The addresses of the pages on which a text is written.

The pages, and what reads and composes texts behind them, load when somebody asks for them.
"""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from hcprograms.institutions.admin.base import ScopedAdmin

PAGES = {
    "write": "write",
    "show": "show",
    "try": "try_out",
    "versions": "versions",
    "restore": "restore",
    "end": "end",
}
"""Name of an address → what of the pages answers it."""


class TextEditor(ScopedAdmin):
    """An admin of texts, with the pages around each in each language."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:template_id>/<slug:language>/{name}/",
                self.admin_site.admin_view(partial(self.page_view, page)),
                name=f"hcprograms_messagetemplate_{name}",
            )
            for name, page in PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def page_view(self, page: str, request: HttpRequest, **values: Any) -> HttpResponse:
        from hcprograms.followup.admin.editor_pages import TextPages  # noqa: PLC0415 - reads texts

        response: HttpResponse = getattr(TextPages(self), page)(request, **values)
        return response
