"""Disclosures in versions: drafts are edited, published ones are superseded or ended."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.admin.fields import ChecklistField
from hcprograms.catalog.disclosures import is_in_force, keep_new_version
from hcprograms.catalog.models.disclosures import Disclosure, Place
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.institutions.admin.permissions import access_of
from hcprograms.institutions.row_ids import is_row_id

COPIED = ["code", "places", "text"]
FIXED = ["institution", "code", "version", "places_in_words", "text", "status", "valid_from"]


class DisclosureForm(ScopedModelForm):
    """What is in force is never rewritten afterwards: no date lies in the past."""

    needs_institution = True
    places = ChecklistField(choices=Place.choices, label=_("shown with"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.needs_institution and "institution" in self.fields:
            self.fields["institution"].required = True

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("A text cannot be in force from a day that is over."))
        return day

    def clean_valid_to(self) -> Any:
        day = self.cleaned_data["valid_to"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("It was shown until today: end it today or later."))
        return day


@admin.register(Disclosure)
class DisclosureAdmin(ScopedAdmin):
    area = Area.CATALOG
    institution_path = "institution"
    has_shared_rows = True
    always_select = ("institution", "source")
    list_display = ["__str__", "text", "owner", "shown_today", "valid_from", "valid_to"]
    list_filter = ["status", "institution"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["code", "text"]
    search_help_text = _("Code or words of the text")
    autocomplete_fields = ["institution", "source"]
    readonly_fields = ["version", "places_in_words"]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if is_published(obj):
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, form=DisclosureForm, **kwargs)
        form.needs_institution = not access_of(request).is_unlimited
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if is_published(obj):
            return [*FIXED, "valid_to", "source"]
        shared = ["source"] if access_of(request).is_unlimited else []
        words = ["institution", "code", "places", "text"]
        return [*words, "valid_from", "valid_to", "status", *shared]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if is_published(obj):
            return [*FIXED, "source"]
        return ["institution", "code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft may go; what was in force stays as the proof of what people were told."""
        return not is_published(obj) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> Any:
        # Django 6.1 passes where the actions are shown; 5.2 knows of no such place.
        where = {} if action_location is None else {"action_location": action_location}
        actions = super().get_actions(request, **where)
        actions.pop("delete_selected", None)
        return actions

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        pk = request.GET.get("version_of", "")
        earlier = self.get_queryset(request).filter(pk=pk).first() if is_row_id(pk) else None
        if earlier:
            initial |= {name: getattr(earlier, name) for name in COPIED}
            if earlier.institution_id:
                initial["institution"] = earlier.institution_id
        return {"valid_from": timezone.localdate()} | initial

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            keep_new_version(disclosure=obj)

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        if not self.allows(request, Right.CHANGE, None) or not is_published(row):
            return []
        is_ours = self.allows(request, Right.CHANGE, row)
        label = _("New version") if is_ours else _("Issue our own version")
        return [Link(admin_url("disclosure_add", version_of=row.pk), label)]

    @admin.display(description=_("issued by"), ordering="institution")
    def owner(self, disclosure: Any) -> str:
        return str(disclosure.institution or _("shared"))

    @admin.display(description=_("in force today"), boolean=True)
    def shown_today(self, disclosure: Any) -> bool:
        return is_in_force(disclosure, on=timezone.localdate())

    @admin.display(description=_("shown with"))
    def places_in_words(self, disclosure: Any) -> str:
        return str(disclosure.places_in_words)


def is_published(disclosure: Any) -> bool:
    return disclosure is not None and disclosure.status == Disclosure.Status.PUBLISHED
