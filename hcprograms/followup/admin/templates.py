"""Texts of messages in the admin: which there are, what for, and whether they can be sent."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.followup.admin.editor import TextEditor
from hcprograms.followup.models import MessageTemplate
from hcprograms.followup.wording.versions import current_versions
from hcprograms.institutions.access import Area
from hcprograms.institutions.admin.base import Link, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm


class TemplateForm(ScopedModelForm):
    """The language of last resort is one of the site's."""

    language = forms.ChoiceField(
        label=_("Language of last resort"),
        help_text=MessageTemplate._meta.get_field("language").help_text,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        kept = self.instance.language
        field.choices = list(({kept: kept} | dict(settings.LANGUAGES)).items())


@admin.register(MessageTemplate)
class MessageTemplateAdmin(TextEditor):
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    form = TemplateForm
    change_form_template = "admin/hcprograms/messagetemplate/change_form.html"
    list_display = ["name", "kind", "institution", "use", "in_languages"]
    list_filter = ["kind", "is_standard", "is_active", "institution"]
    search_fields = ["name", "key", "institution__name"]
    autocomplete_fields = ["institution"]
    prepopulated_fields = {"key": ["name"]}
    fields = ["institution", "kind", "name", "key", "language", "is_standard", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["institution", "kind", "key"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # follow-ups and sequences name it; what is not offered any more does no harm

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return TextList

    @admin.display(description=_("use"))
    def use(self, row: Any) -> str:
        if row.trouble:
            return format_html(
                '<span class="hcp-bad" title="{}">{}</span>', row.trouble, _("cannot be sent")
            )
        if not current_versions(row):
            return format_html('<span class="hcp-waiting">{}</span>', _("not written yet"))
        if row.is_standard:
            return format_html('<span class="hcp-good">{}</span>', _("standard"))
        return str(_("where it is chosen") if row.is_active else _("not offered any more"))

    @admin.display(description=_("languages (version)"))
    def in_languages(self, row: Any) -> str:
        found = (f"{code} ({one.number})" for code, one in current_versions(row).items())
        return ", ".join(found) or "–"

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        codes = [*current_versions(row)] or [row.language]
        return [
            Link(admin_url("messagetemplate_write", row.pk, code), _("The words: %s") % code)
            for code in codes
        ]

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """A new text is written next."""
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST or "_popup" in request.POST:
            return response
        return HttpResponseRedirect(admin_url("messagetemplate_write", obj.pk, obj.language))


class TextList(ChangeList):
    """The list, with all versions read at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = self.result_list.prefetch_related("versions")
