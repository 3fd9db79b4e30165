"""What the pages of import and export share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.spreadsheets.reading import MOST_ROWS
from hcprograms.catalog.spreadsheets.sheet import Sheet


def check_right(model_admin: SpreadsheetAdmin, request: HttpRequest) -> None:
    if not model_admin.has_spreadsheet_permission(request):
        raise PermissionDenied


def make_sheet(model_admin: SpreadsheetAdmin, request: HttpRequest) -> Sheet:
    sheet: Sheet = import_string(model_admin.sheet)(
        institutions=model_admin.institutions_for(request),
        today=timezone.localdate(),
        user=request.user,
    )
    return sheet


def show_page(
    model_admin: SpreadsheetAdmin, request: HttpRequest, page: str, context: dict[str, Any]
) -> TemplateResponse:
    whole = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "media": model_admin.media,
        "most_rows": MOST_ROWS,
        **context,
    }
    template = f"admin/hcprograms/spreadsheets/{page}.html"
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, template, whole)


def address_of(model_admin: SpreadsheetAdmin, page: str) -> str:
    return reverse(f"admin:hcprograms_{model_admin.opts.model_name}_{page}")
