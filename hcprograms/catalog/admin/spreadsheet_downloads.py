"""Export of a list, and the empty file to fill in."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from hcprograms.catalog.admin.spreadsheet_frame import (
    address_of,
    check_right,
    make_sheet,
    show_page,
)
from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.spreadsheets.writing import (
    Format,
    list_formats,
    write_rows,
    write_template,
)


def export_page(model_admin: SpreadsheetAdmin, request: HttpRequest) -> HttpResponse:
    """Asks for the format; a POST hands out the rows that the list shows, and is on record."""
    check_right(model_admin, request)
    sheet = make_sheet(model_admin, request)
    try:
        listed = model_admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return HttpResponseRedirect(address_of(model_admin, "changelist"))
    rows = sheet.get_queryset().filter(pk__in=listed.order_by().values("pk"))
    chosen = {each.key: each for each in list_formats()}.get(request.POST.get("format", ""))
    if request.method == "POST" and chosen:
        content, count = write_rows(sheet=sheet, rows=rows, format=chosen)
        _log_export(model_admin, request, count=count, label=chosen.label)
        return _download(model_admin, content, chosen, str(timezone.localdate()))
    return show_page(
        model_admin,
        request,
        "export",
        {
            "title": _("Export %(what)s") % {"what": model_admin.opts.verbose_name_plural},
            "count": rows.count(),
            "is_filtered": bool(request.GET),
            "formats": list_formats(),
        },
    )


def template_file(model_admin: SpreadsheetAdmin, request: HttpRequest) -> HttpResponse:
    """An empty file with the headings and what belongs under them."""
    check_right(model_admin, request)
    formats = {each.key: each for each in list_formats()}
    chosen = formats.get(request.GET.get("format", ""), list_formats()[0])
    content = write_template(sheet=make_sheet(model_admin, request), format=chosen)
    return _download(model_admin, content, chosen, "template")


def _log_export(
    model_admin: SpreadsheetAdmin, request: HttpRequest, *, count: int, label: str
) -> None:
    LogEntry.objects.create(
        user_id=int(request.user.pk or 0),
        content_type=ContentType.objects.get_for_model(model_admin.model),
        object_repr=_("export of %(what)s") % {"what": model_admin.opts.verbose_name_plural},
        action_flag=CHANGE,
        change_message=f"exported {count} rows as {label}",
    )


def _download(
    model_admin: SpreadsheetAdmin, content: bytes, format: Format, what: str
) -> HttpResponse:
    response = HttpResponse(content, content_type=format.content_type)
    name = f"{model_admin.opts.model_name}s-{what}.{format.key}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
