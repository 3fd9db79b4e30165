"""Import, export and template file of a list in the admin.

The pages are imported when they are asked for: tablib and django-import-export behind them take
long to load, and most processes never show them.
"""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.module_loading import import_string

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import ScopedAdmin
from hcprograms.institutions.admin.permissions import access_of
from hcprograms.institutions.models import Institution, InstitutionQuerySet

PAGES = ("import", "export", "template")


class SpreadsheetAdmin(ScopedAdmin):
    """A scoped admin whose list goes out to a file and comes in from one.

    Who may change the catalog may do both, for the institutions where that is so: an export is
    there to be changed and imported again.
    """

    sheet: ClassVar[str]  # dotted path of its ``Sheet``
    change_list_template = "admin/hcprograms/spreadsheets/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = self.opts.model_name
        own = [
            path(
                f"{page}/",
                self.admin_site.admin_view(getattr(self, f"{page}_view")),
                name=f"hcprograms_{name}_{page}",
            )
            for page in PAGES
        ]
        return [*own, *super().get_urls()]

    def has_spreadsheet_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    def institutions_for(self, request: HttpRequest) -> InstitutionQuerySet:
        """Where the person may change what is in this list."""
        everywhere = Institution.objects.all()
        return access_of(request).narrow(  # type: ignore[return-value]
            everywhere, path="pk", area=self.area, right=Right.CHANGE
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        offered = {"offers_spreadsheets": self.has_spreadsheet_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **offered})

    def build_sheet(self, request: HttpRequest) -> Any:
        """The sheet for who asks. Raises ``PermissionDenied`` for who may change nothing here."""
        if not self.has_spreadsheet_permission(request):
            raise PermissionDenied
        return import_string(self.sheet)(
            institutions=self.institutions_for(request),
            today=timezone.localdate(),
            user=request.user,
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.catalog.admin import spreadsheet_pages  # noqa: PLC0415 - loads tablib

        return spreadsheet_pages.show_import(self, request, self.build_sheet(request))

    def export_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.catalog.admin import spreadsheet_pages  # noqa: PLC0415 - loads tablib

        return spreadsheet_pages.show_export(self, request, self.build_sheet(request))

    def template_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.catalog.admin import spreadsheet_pages  # noqa: PLC0415 - loads tablib

        return spreadsheet_pages.send_template(self, request, self.build_sheet(request))
