"""The pages behind :class:`SpreadsheetAdmin`: export, template file, and import with a preview.

Each takes the admin of the list, the request, and the sheet of who asks.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

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
from hcprograms.institutions.admin.base import ScopedAdmin
from hcprograms.institutions.change_log import set_actor

MOST_SHOWN = 200
"""Rows of each kind on the page of the preview; all are counted."""


def show_export(list_admin: ScopedAdmin, request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Ask for the format; a POST hands out the rows that the list shows, and is on record."""
    try:
        listed = list_admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return HttpResponseRedirect(_address_of(list_admin, "changelist"))
    rows = sheet.get_queryset().filter(pk__in=listed.order_by().values("pk"))
    what = list_admin.opts.verbose_name_plural
    chosen = {each.key: each for each in list_formats()}.get(request.POST.get("format", ""))
    if request.method == "POST" and chosen:
        content, count = write_rows(sheet=sheet, rows=rows, format=chosen)
        LogEntry.objects.create(
            user_id=int(request.user.pk or 0),
            content_type=ContentType.objects.get_for_model(list_admin.model),
            object_repr=_("export of %(what)s") % {"what": what},
            action_flag=CHANGE,
            change_message=f"exported {count} rows as {chosen.label}",
        )
        return _send(list_admin, content, chosen, str(timezone.localdate()))
    context = {
        "title": _("Export %(what)s") % {"what": what},
        "count": rows.count(),
        "is_filtered": bool(request.GET),
        "formats": list_formats(),
    }
    return _show_page(list_admin, request, "export", context)


def send_template(list_admin: ScopedAdmin, request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """An empty file with the headings and what belongs under them."""
    formats = {each.key: each for each in list_formats()}
    chosen = formats.get(request.GET.get("format", ""), list_formats()[0])
    return _send(list_admin, write_template(sheet=sheet, format=chosen), chosen, "template")


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


def show_import(list_admin: ScopedAdmin, request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Upload, preview, confirm. Only the last writes, and only what was looked at."""
    if request.method == "POST" and "upload" in request.POST:
        return _confirm(list_admin, request, sheet)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        try:
            return _preview(list_admin, request, sheet, form.cleaned_data["file"])
        except UnreadableFile as error:
            form.add_error("file", _describe_unreadable(error))
    context = {
        "title": _("Import %(what)s") % {"what": list_admin.opts.verbose_name_plural},
        "form": form,
        "columns": sheet.columns,
        "formats": list_formats(),
    }
    return _show_page(list_admin, request, "import", context)


def _preview(
    list_admin: ScopedAdmin, request: HttpRequest, sheet: Sheet, file: Any
) -> HttpResponse:
    """What the file would change. Kept only if it can be imported. Raises ``UnreadableFile``."""
    content = file.read()
    upload = read_upload(content=content, name=file.name, sheet=sheet)
    outcome = preview_upload(sheet=sheet, upload=upload)
    kept = None
    if outcome.does_something and not outcome.is_refused:
        kept = keep_upload(
            user=request.user,
            sheet=str(list_admin.opts.model_name),
            name=file.name,
            content=content,
            now=timezone.now(),
        )
    return _show_preview(list_admin, request, file.name, upload, outcome, kept)


def _confirm(list_admin: ScopedAdmin, request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Import the file that was previewed, unless the catalog has changed since."""
    form = ConfirmForm(request.POST)
    kept = None
    if form.is_valid():
        kept = find_upload(
            user=request.user,
            sheet=str(list_admin.opts.model_name),
            upload_id=form.cleaned_data["upload"],
            now=timezone.now(),
        )
    if kept is None:
        text = _("The file is not here any more (it is kept for a day). Nothing was imported.")
        messages.error(request, text)
        return HttpResponseRedirect(_address_of(list_admin, "import"))
    try:
        upload = read_upload(content=bytes(kept.content), name=kept.name, sheet=sheet)
    except UnreadableFile as error:
        messages.error(request, _describe_unreadable(error))
        return HttpResponseRedirect(_address_of(list_admin, "import"))
    with set_actor(
        user_id=request.user.pk, reason=_("import of %(file)s") % {"file": kept.name[-60:]}
    ):
        outcome = import_upload(sheet=sheet, upload=upload, expected=form.cleaned_data["expected"])
    if not outcome.is_written:
        text = _("The catalog has changed since you looked. Nothing was imported; look again.")
        messages.warning(request, text)
        return _show_preview(list_admin, request, kept.name, upload, outcome, kept)
    kept.delete()
    _report(request, outcome)
    return HttpResponseRedirect(_address_of(list_admin, "changelist"))


def _report(request: HttpRequest, outcome: Outcome) -> None:
    new, changed = outcome.counts[Fate.NEW], outcome.counts[Fate.CHANGED]
    parts = [
        ngettext("%(count)d row is new", "%(count)d rows are new", new) % {"count": new},
        ngettext("%(count)d changed", "%(count)d changed", changed) % {"count": changed},
    ]
    messages.success(request, _("Imported: %(what)s.") % {"what": ", ".join(parts)})
    for warning in outcome.warnings:
        messages.warning(request, warning)


def _show_preview(
    list_admin: ScopedAdmin,
    request: HttpRequest,
    name: str,
    upload: Upload,
    outcome: Outcome,
    kept: SpreadsheetUpload | None,
) -> HttpResponse:
    is_ready = kept is not None and not outcome.is_refused and outcome.does_something
    shown = [(fate, outcome.of(fate)) for fate in (Fate.REFUSED, Fate.CHANGED, Fate.NEW)]
    return _show_page(
        list_admin,
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


def _describe_unreadable(error: UnreadableFile) -> str:
    return _("“%(name)s” %(reason)s. Nothing was imported.") % {
        "name": error.path.name,
        "reason": error.reason,
    }


def _send(list_admin: ScopedAdmin, content: bytes, format: Format, what: str) -> HttpResponse:
    response = HttpResponse(content, content_type=format.content_type)
    name = f"{list_admin.opts.model_name}s-{what}.{format.key}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _show_page(
    list_admin: ScopedAdmin, request: HttpRequest, page: str, context: dict[str, Any]
) -> TemplateResponse:
    whole = {
        **list_admin.admin_site.each_context(request),
        "opts": list_admin.opts,
        "media": list_admin.media,
        "most_rows": MOST_ROWS,
        **context,
    }
    request.current_app = list_admin.admin_site.name
    return TemplateResponse(request, f"admin/hcprograms/spreadsheets/{page}.html", whole)


def _address_of(list_admin: ScopedAdmin, page: str) -> str:
    return reverse(f"admin:hcprograms_{list_admin.opts.model_name}_{page}")
