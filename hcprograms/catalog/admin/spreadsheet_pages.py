"""The pages of import and export: upload, preview, confirm, download."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.models.uploads import SpreadsheetUpload
from hcprograms.catalog.spreadsheets.importing import import_upload, preview_upload
from hcprograms.catalog.spreadsheets.outcome import Fate, Outcome
from hcprograms.catalog.spreadsheets.reading import MOST_BYTES, MOST_ROWS, Upload, read_upload
from hcprograms.catalog.spreadsheets.sheet import Sheet
from hcprograms.catalog.spreadsheets.uploads import find_upload, keep_upload
from hcprograms.catalog.spreadsheets.writing import (
    Format,
    list_formats,
    write_rows,
    write_template,
)
from hcprograms.catalog.tables import UnreadableFile
from hcprograms.institutions.history import acting

MOST_SHOWN = 200  # rows of each kind on the page; all are counted


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("An Excel workbook (.xlsx) or CSV, up to 5 MB and 3,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            limit = MOST_BYTES // 1024 // 1024
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB. Split it and import the parts.")
                % {"limit": limit}
            )
        return file


class ConfirmForm(forms.Form):
    upload = forms.UUIDField(widget=forms.HiddenInput)
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)


def import_page(model_admin: SpreadsheetAdmin, request: HttpRequest) -> HttpResponse:
    """Upload → preview → confirm. Only the last writes, and only what was looked at."""
    _check(model_admin, request)
    if request.method == "POST" and "upload" in request.POST:
        return _confirm(model_admin, request)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        try:
            return _look(model_admin, request, form.cleaned_data["file"])
        except UnreadableFile as error:
            form.add_error("file", _unreadable(error))
    return _page(
        model_admin,
        request,
        "import",
        {
            "title": _("Import %(what)s") % {"what": model_admin.opts.verbose_name_plural},
            "form": form,
            "columns": _make_sheet(model_admin, request).columns,
            "formats": list_formats(),
        },
    )


def _look(model_admin: SpreadsheetAdmin, request: HttpRequest, file: Any) -> HttpResponse:
    """What the file would change. Kept only if it can be imported. Raises ``UnreadableFile``."""
    content = file.read()
    sheet = _make_sheet(model_admin, request)
    upload = read_upload(content=content, name=file.name, sheet=sheet)
    outcome = preview_upload(sheet=sheet, upload=upload)
    kept = None
    if outcome.does_something and not outcome.is_refused:
        kept = keep_upload(
            user=request.user,
            sheet=str(model_admin.opts.model_name),
            name=file.name,
            content=content,
            now=timezone.now(),
        )
    return _show(model_admin, request, file.name, upload, outcome, kept)


def _confirm(model_admin: SpreadsheetAdmin, request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    kept = None
    if form.is_valid():
        kept = find_upload(
            user=request.user,
            sheet=str(model_admin.opts.model_name),
            upload_id=form.cleaned_data["upload"],
            now=timezone.now(),
        )
    if kept is None:
        text = _("The file is not here any more (it is kept for a day). Nothing was imported.")
        messages.error(request, text)
        return HttpResponseRedirect(_address(model_admin, "import"))
    sheet = _make_sheet(model_admin, request)
    try:
        upload = read_upload(content=bytes(kept.content), name=kept.name, sheet=sheet)
    except UnreadableFile as error:
        messages.error(request, _unreadable(error))
        return HttpResponseRedirect(_address(model_admin, "import"))
    with acting(
        user_id=request.user.pk, reason=_("import of %(file)s") % {"file": kept.name[-60:]}
    ):
        outcome = import_upload(sheet=sheet, upload=upload, expected=form.cleaned_data["expected"])
    if not outcome.is_written:
        text = _("The catalog has changed since you looked. Nothing was imported; look again.")
        messages.warning(request, text)
        return _show(model_admin, request, kept.name, upload, outcome, kept)
    kept.delete()
    _tell_what_was_done(request, outcome)
    return HttpResponseRedirect(_address(model_admin, "changelist"))


def _tell_what_was_done(request: HttpRequest, outcome: Outcome) -> None:
    new, changed = outcome.counts[Fate.NEW], outcome.counts[Fate.CHANGED]
    parts = [
        ngettext("%(count)d row is new", "%(count)d rows are new", new) % {"count": new},
        ngettext("%(count)d changed", "%(count)d changed", changed) % {"count": changed},
    ]
    messages.success(request, _("Imported: %(what)s.") % {"what": ", ".join(parts)})


def _show(
    model_admin: SpreadsheetAdmin,
    request: HttpRequest,
    name: str,
    upload: Upload,
    outcome: Outcome,
    kept: SpreadsheetUpload | None,
) -> HttpResponse:
    is_ready = kept is not None and not outcome.is_refused and outcome.does_something
    shown = [(fate, outcome.of(fate)) for fate in (Fate.REFUSED, Fate.CHANGED, Fate.NEW)]
    return _page(
        model_admin,
        request,
        "preview",
        {
            "title": _("What “%(name)s” would change") % {"name": name},
            "file": upload,
            "outcome": outcome,
            "counts": [(fate, outcome.counts[fate]) for fate in Fate],
            "parts": [(f, rows[:MOST_SHOWN], len(rows) - MOST_SHOWN) for f, rows in shown if rows],
            "confirm": ConfirmForm(initial={"upload": kept.pk, "expected": outcome.digest})
            if kept and is_ready
            else None,
            "upload_form": UploadForm(),
        },
    )


def export_page(model_admin: SpreadsheetAdmin, request: HttpRequest) -> HttpResponse:
    """Asks for the format; a POST hands out the rows that the list shows, and is on record."""
    _check(model_admin, request)
    sheet = _make_sheet(model_admin, request)
    try:
        listed = model_admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return HttpResponseRedirect(_address(model_admin, "changelist"))
    rows = sheet.get_queryset().filter(pk__in=listed.order_by().values("pk"))
    chosen = {each.key: each for each in list_formats()}.get(request.POST.get("format", ""))
    if request.method == "POST" and chosen:
        content, count = write_rows(sheet=sheet, rows=rows, format=chosen)
        _log_export(model_admin, request, count=count, label=chosen.label)
        return _download(model_admin, content, chosen, str(timezone.localdate()))
    return _page(
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
    _check(model_admin, request)
    formats = {each.key: each for each in list_formats()}
    chosen = formats.get(request.GET.get("format", ""), list_formats()[0])
    content = write_template(sheet=_make_sheet(model_admin, request), format=chosen)
    return _download(model_admin, content, chosen, "template")


def _check(model_admin: SpreadsheetAdmin, request: HttpRequest) -> None:
    if not model_admin.has_spreadsheet_permission(request):
        raise PermissionDenied


def _make_sheet(model_admin: SpreadsheetAdmin, request: HttpRequest) -> Sheet:
    sheet: Sheet = import_string(model_admin.sheet)(
        institutions=model_admin.institutions_for(request),
        today=timezone.localdate(),
        user=request.user,
    )
    return sheet


def _unreadable(error: UnreadableFile) -> str:
    return _("“%(name)s” %(reason)s. Nothing was imported.") % {
        "name": error.path.name,
        "reason": error.reason,
    }


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


def _page(
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


def _address(model_admin: SpreadsheetAdmin, page: str) -> str:
    return reverse(f"admin:hcprograms_{model_admin.opts.model_name}_{page}")
