"""The pages of an import: upload, preview, confirm."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hcprograms.catalog.admin.spreadsheet_frame import (
    address_of,
    check_right,
    make_sheet,
    show_page,
)
from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.models.uploads import SpreadsheetUpload
from hcprograms.catalog.spreadsheets.importing import import_upload, preview_upload
from hcprograms.catalog.spreadsheets.outcome import Fate, Outcome
from hcprograms.catalog.spreadsheets.reading import MOST_BYTES, Upload, read_upload
from hcprograms.catalog.spreadsheets.uploads import find_upload, keep_upload
from hcprograms.catalog.spreadsheets.writing import (
    list_formats,
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
    check_right(model_admin, request)
    if request.method == "POST" and "upload" in request.POST:
        return _confirm(model_admin, request)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        try:
            return _look(model_admin, request, form.cleaned_data["file"])
        except UnreadableFile as error:
            form.add_error("file", _unreadable(error))
    return show_page(
        model_admin,
        request,
        "import",
        {
            "title": _("Import %(what)s") % {"what": model_admin.opts.verbose_name_plural},
            "form": form,
            "columns": make_sheet(model_admin, request).columns,
            "formats": list_formats(),
        },
    )


def _look(model_admin: SpreadsheetAdmin, request: HttpRequest, file: Any) -> HttpResponse:
    """What the file would change. Kept only if it can be imported. Raises ``UnreadableFile``."""
    content = file.read()
    sheet = make_sheet(model_admin, request)
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
        return HttpResponseRedirect(address_of(model_admin, "import"))
    sheet = make_sheet(model_admin, request)
    try:
        upload = read_upload(content=bytes(kept.content), name=kept.name, sheet=sheet)
    except UnreadableFile as error:
        messages.error(request, _unreadable(error))
        return HttpResponseRedirect(address_of(model_admin, "import"))
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
    return HttpResponseRedirect(address_of(model_admin, "changelist"))


def _tell_what_was_done(request: HttpRequest, outcome: Outcome) -> None:
    new, changed = outcome.counts[Fate.NEW], outcome.counts[Fate.CHANGED]
    parts = [
        ngettext("%(count)d row is new", "%(count)d rows are new", new) % {"count": new},
        ngettext("%(count)d changed", "%(count)d changed", changed) % {"count": changed},
    ]
    messages.success(request, _("Imported: %(what)s.") % {"what": ", ".join(parts)})
    for warning in outcome.warnings:
        messages.warning(request, warning)


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
    return show_page(
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


def _unreadable(error: UnreadableFile) -> str:
    return _("“%(name)s” %(reason)s. Nothing was imported.") % {
        "name": error.path.name,
        "reason": error.reason,
    }
