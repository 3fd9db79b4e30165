"""Import, export and template file of a list in the admin.

The pages and the libraries behind them load when somebody asks for them, not at start-up.
"""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin_requests import access_of
from hcprograms.institutions.admin_scoping import ScopedAdmin
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

    def import_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.catalog.admin import spreadsheet_pages  # noqa: PLC0415 - loads tablib

        return spreadsheet_pages.import_page(self, request)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.catalog.admin import spreadsheet_downloads  # noqa: PLC0415 - loads tablib

        return spreadsheet_downloads.export_page(self, request)

    def template_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.catalog.admin import spreadsheet_downloads  # noqa: PLC0415 - loads tablib

        return spreadsheet_downloads.template_file(self, request)
