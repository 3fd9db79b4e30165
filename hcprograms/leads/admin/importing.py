"""The pages that take a list of people who asked elsewhere: choose, look, import."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hcprograms.catalog.admin.spreadsheet_pages import UploadForm
from hcprograms.catalog.models.uploads import SpreadsheetUpload
from hcprograms.catalog.spreadsheets.reading import Upload, read_filled
from hcprograms.catalog.spreadsheets.uploads import find_upload, keep_upload
from hcprograms.catalog.tables import Kind, UnreadableFile
from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.institutions.admin.permissions import access_of
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.arrivals import answerable
from hcprograms.leads.importing import (
    MOST_ROWS,
    Column,
    ListedRow,
    import_list,
    list_columns,
    preview_list,
)
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.open_forms import FormClosedError, OpenForm, get_open_form_by_id

MOST_SHOWN = 200
SHEET = "lead"


class ListForm(UploadForm):
    """Which form the people answer, as it were, and the file."""

    form = forms.ModelChoiceField(
        queryset=InterestForm.objects.none(),
        label=gettext_lazy("Form"),
        help_text=gettext_lazy(
            "Its questions are the columns; each row is checked like an answer to it."
        ),
    )
    field_order = ["form", "file"]

    def __init__(self, *args: Any, open_forms: "QuerySet[InterestForm]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["form"]
        choice.queryset = open_forms
        self.fields["file"].help_text = _(
            "An Excel workbook (.xlsx) or CSV, up to 5 MB and 1,000 rows."
        )


class ConfirmForm(forms.Form):
    upload = forms.UUIDField(widget=forms.HiddenInput)
    form = forms.UUIDField(widget=forms.HiddenInput)


def list_page(lead_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET asks for form and file; a POST with a file shows, one without a file imports."""
    if not lead_admin.allows(request, Right.MANAGE, None):
        raise PermissionDenied
    open_forms = _open_forms(lead_admin, request)
    if request.method == "POST" and "upload" in request.POST:
        return _import(lead_admin, request, open_forms)
    is_sent = request.method == "POST"
    form = ListForm(
        *((request.POST, request.FILES) if is_sent else ()),
        open_forms=open_forms,
        initial={"form": request.GET.get("form") or open_forms.first()},
    )
    if is_sent and form.is_valid():
        try:
            return _look(lead_admin, request, form)
        except (UnreadableFile, FormClosedError) as error:
            form.add_error("file", _explain(error))
    return _show(lead_admin, request, "import", title=_("Import leads"), form=form, **_guide(form))


def _open_forms(lead_admin: Any, request: HttpRequest) -> "QuerySet[InterestForm]":
    """Published forms of institutions whose leads the person manages."""
    published = InterestForm.objects.filter(status=InterestForm.Status.PUBLISHED)
    managed = access_of(request).narrow(
        answerable(published), path="institution", area=lead_admin.area, right=Right.MANAGE
    )
    return managed.select_related("institution").order_by("institution__name", "title")


def _guide(form: ListForm) -> dict[str, Any]:
    """The columns of the form that was chosen, or of the only one."""
    choice: Any = form.fields["form"]
    key = form["form"].value()
    key = getattr(key, "pk", key)
    chosen = choice.queryset.filter(pk=key).first() if is_row_id(str(key or "")) else None
    try:
        page = _page_of(chosen) if chosen else None
    except FormClosedError:
        page = None
    return {
        "chosen": chosen,
        "columns": list_columns(page=page) if page else [],
        "forms": choice.queryset,
    }


def _page_of(form: InterestForm) -> OpenForm:
    return get_open_form_by_id(public_id=form.public_id, query={}, now=timezone.now())


def _read(page: OpenForm, *, content: bytes, name: str) -> tuple[Upload, list[ListedRow]]:
    columns = list_columns(page=page)
    upload = read_filled(
        content=content,
        name=name,
        kind=_kind(columns),
        first=columns[0].heading,
        most_rows=MOST_ROWS,
    )
    rows = [(row.line, row.cells) for row in upload.rows]
    return upload, preview_list(page=page, columns=columns, rows=rows)


def _kind(columns: Sequence[Column]) -> Kind:
    names = {one.heading: (one.heading, one.name) for one in columns}
    needed = {one.heading for one in columns if one.is_needed}
    return Kind(
        name=_("a list of people who asked"),
        required={heading: names[heading] for heading in names if heading in needed},
        optional={heading: names[heading] for heading in names if heading not in needed},
    )


def _look(lead_admin: Any, request: HttpRequest, form: ListForm) -> HttpResponse:
    """What the file would bring. Kept only if it can be imported."""
    file, chosen = form.cleaned_data["file"], form.cleaned_data["form"]
    content = file.read()
    upload, listed = _read(_page_of(chosen), content=content, name=file.name)
    refused = [row for row in listed if row.refusals]
    new = [row for row in listed if not row.refusals and not row.is_known]
    kept: SpreadsheetUpload | None = None
    if new and not refused and not upload.broken:
        kept = keep_upload(
            user=request.user, sheet=SHEET, name=file.name, content=content, now=timezone.now()
        )
    return _show(
        lead_admin,
        request,
        "import_preview",
        title=_("What “%(name)s” would bring") % {"name": file.name},
        chosen=chosen,
        upload=upload,
        refused=refused[:MOST_SHOWN],
        refused_count=len(refused) + len(upload.broken),
        new=new[:MOST_SHOWN],
        new_count=len(new),
        known_count=sum(row.is_known for row in listed),
        confirm=ConfirmForm(initial={"upload": kept.pk, "form": chosen.public_id})
        if kept
        else None,
        form=ListForm(open_forms=_open_forms(lead_admin, request), initial={"form": chosen.pk}),
    )


def _import(
    lead_admin: Any, request: HttpRequest, open_forms: "QuerySet[InterestForm]"
) -> HttpResponse:
    confirm = ConfirmForm(request.POST)
    kept, chosen = None, None
    if confirm.is_valid():
        upload_id: UUID = confirm.cleaned_data["upload"]
        kept = find_upload(user=request.user, sheet=SHEET, upload_id=upload_id, now=timezone.now())
        chosen = open_forms.filter(public_id=confirm.cleaned_data["form"]).first()
    if kept is None or chosen is None:
        text = _("The file is not here any more (it is kept for a day). Nothing was imported.")
        messages.error(request, text)
        return HttpResponseRedirect(admin_url("lead_import"))
    try:
        page = _page_of(chosen)
        _upload, listed = _read(page, content=bytes(kept.content), name=kept.name)
        count = import_list(page=page, listed=listed)
    except (UnreadableFile, FormClosedError, ValueError) as error:
        messages.error(request, _explain(error))
        return HttpResponseRedirect(admin_url("lead_import"))
    kept.delete()
    lead_admin.note(request, f"imported {count} leads")
    text = ngettext("%(count)d lead was added.", "%(count)d leads were added.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(admin_url("lead_changelist"))


def _explain(error: Exception) -> str:
    if isinstance(error, UnreadableFile):
        values = {"name": error.path.name, "reason": error.reason}
        return _("“%(name)s” %(reason)s. Nothing was imported.") % values
    if isinstance(error, FormClosedError):
        return _("This form cannot be answered now. %(reason)s") % {"reason": error.reason}
    return _("What can be chosen has changed since you looked. Nothing was imported; look again.")


def _show(lead_admin: Any, request: HttpRequest, page: str, **context: Any) -> TemplateResponse:
    whole = {
        **lead_admin.admin_site.each_context(request),
        "opts": lead_admin.opts,
        "media": lead_admin.media,
        **context,
    }
    request.current_app = lead_admin.admin_site.name
    return TemplateResponse(request, f"admin/hcprograms/lead/{page}.html", whole)
