"""The public page as it would be with what stands in an admin form; nothing of it is kept.

The form is saved as usual, the public page is made from what is then in the database, and all of
it is rolled back: whatever saving does, checks and rights included, a preview does too.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering, Program, Status
from hcprograms.catalog.program_page import show_program
from hcprograms.institutions.admin.base import ScopedAdmin, admin_url
from hcprograms.institutions.requests import takes_requests


class PreviewAdmin(ScopedAdmin):
    """Adds “Preview” to the form of something that a program's public page shows."""

    def show_public_page(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        """Override: the page on which this row is shown. Runs in a transaction to be undone."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"hcprograms_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("add/preview/", view, name=f"{name}_new"),
            path("<path:object_id>/preview/", view, name=name),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponseBase:
        """GET: as it is kept now. POST: with what stands in the form. Either is rolled back."""
        with transaction.atomic():
            response = self.make_preview(request, object_id)
            transaction.set_rollback(True)
        return response

    def make_preview(self, request: HttpRequest, object_id: str | None) -> HttpResponseBase:
        if request.method == "POST":
            request.hcprograms_is_preview = True  # type: ignore[attr-defined]
            return self.changeform_view(request, object_id, self.own_url(object_id))
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return self.show_public_page(request, row)

    def own_url(self, object_id: str | None) -> str:
        """Where the form is really sent, also when a preview shows what is wrong with it."""
        name = self.opts.model_name
        if object_id is None:
            return admin_url(f"{name}_add")
        return admin_url(f"{name}_change", unquote(object_id))

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> Any:
        if getattr(request, "hcprograms_is_preview", False):
            return self.show_public_page(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: Any, obj: Any) -> Any:
        if getattr(request, "hcprograms_is_preview", False):
            return self.show_public_page(request, obj)
        return super().response_change(request, obj)

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        name = f"{self.opts.model_name}_preview"
        if has_public_pages():
            url = admin_url(name, row.pk) if row else admin_url(f"{name}_new")
            context["preview_url"] = url
        return super().render_change_form(request, context, *args, **kwargs)


def has_public_pages() -> bool:
    """Whether the host includes our pages."""
    try:
        reverse("hcprograms:programs")
    except NoReverseMatch:
        return False
    return True


def preview_program(
    request: HttpRequest, *, program_id: int, offering: Offering | None = None
) -> HttpResponseBase:
    """The program's page with it, and this offering, made public for as long as it is shown."""
    programs = Program.objects.select_related("institution")
    found = programs.annotate(is_askable=takes_requests("institution")).get(pk=program_id)
    hidden = describe_hidden(program=found, offering=offering)
    Program.objects.filter(pk=program_id).update(status=Status.PUBLISHED)
    type(found.institution).objects.filter(pk=found.institution_id).update(is_published=True)
    if offering:
        Offering.objects.filter(pk=offering.pk).update(status=Status.PUBLISHED)
    return show_program(request, found=found, preview={"hidden": hidden})


def describe_hidden(*, program: Program, offering: Offering | None) -> Sequence[str]:
    """What of it the public would not see, and why."""
    said = []
    if not program.institution.is_published:
        said.append(_("The institution is not published."))
    rows: list[Program | Offering] = [program, *([offering] if offering else [])]
    for row in rows:
        if row.status != Status.PUBLISHED:
            kind = capfirst(str(row._meta.verbose_name))
            status = row.get_status_display()
            said.append(_("%(kind)s: %(status)s.") % {"kind": kind, "status": status})
    return said
