"""Roles with their evidence and consensus, institutions' own views, and programs' roles."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.admin.fields import DutiesField, LinesField
from hcprograms.catalog.admin.filters import DataQualityFilter
from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.evidence import Consensus, weigh_evidence
from hcprograms.catalog.models.roles import CareerRole, RoleEvidence, RoleMapping
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import (
    Link,
    ReferenceAdmin,
    ScopedAdmin,
    admin_url,
)
from hcprograms.institutions.admin.permissions import access_of

if TYPE_CHECKING:
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyTabularInline = admin.TabularInline
    AnyModelForm = forms.ModelForm


class RoleEvidenceInline(AnyTabularInline):
    """What published sources say; an institution's own view has its own page."""

    model = RoleEvidence
    fields = ["source", "track", "title_as_written"]
    autocomplete_fields = ["source"]
    extra = 0
    verbose_name_plural = _("what the sources say")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        return super().get_queryset(request).filter(institution=None).select_related("source")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).allows_anything

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).is_unlimited

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).is_unlimited

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).is_unlimited


class CareerRoleForm(AnyModelForm):
    duties = DutiesField(
        label=_("duties"),
        help_text=_("One per line, with the key of its source in brackets at the end: [S1]."),
    )
    onet_codes = LinesField(
        label=_("O*NET-SOC codes"), help_text=_("One per line, such as 11-9111.00.")
    )


@admin.register(CareerRole)
class CareerRoleAdmin(ReferenceAdmin):
    form = CareerRoleForm
    list_display = ["title", "consensus", "sources_in_words", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [RoleEvidenceInline]
    readonly_fields = ["consensus", "sources_in_words"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "is_active", "consensus", "sources_in_words"]}),
        (_("What it is"), {"fields": ["description", "duties", "onet_codes"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        published = RoleEvidence.objects.filter(institution=None).select_related("source")
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("evidence", published, to_attr="published_evidence"))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    @admin.display(description=_("consensus"))
    def consensus(self, role: Any) -> str:
        return weigh(role).text

    @admin.display(description=_("who says so"))
    def sources_in_words(self, role: Any) -> str:
        return weigh(role).spread


def weigh(role: Any) -> Consensus:
    """The consensus on a role from the list above, or on one that is not saved yet."""
    return weigh_evidence(getattr(role, "published_evidence", ()))


@admin.register(RoleEvidence)
class RoleEvidenceAdmin(ScopedAdmin):
    """Everybody reads what sources say; an institution adds its own view, with its reason."""

    area = Area.CATALOG
    institution_path = "institution"
    has_shared_rows = True
    always_select = ("role", "source", "institution")
    list_display = ["role", "track", "source", "institution", "title_as_written"]
    list_filter = ["track", "institution"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["role__title", "title_as_written", "source__publisher"]
    autocomplete_fields = ["role", "source", "institution"]
    fields = ["role", "track", "institution", "reason", "source", "title_as_written"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        own_view = ["role", "track", "institution", "reason"]
        is_own = obj is None or obj.institution_id is not None
        return self.fields if access_of(request).is_unlimited or not is_own else own_view


@admin.register(RoleMapping)
class RoleMappingAdmin(SpreadsheetAdmin):
    """Which program leads to which job; and, where sources disagree on it, the school's view."""

    sheet = "hcprograms.catalog.spreadsheets.role_mappings.RoleMappingSheet"
    area = Area.CATALOG
    institution_path = "program__institution"
    always_select = ("program__institution", "role")
    list_display = ["program", "role", "consensus", "own_view", "strength", "basis"]
    list_filter = [DataQualityFilter, "basis", "program__institution"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["program__name", "program__concentration", "role__title"]
    search_help_text = _("Program or job")
    autocomplete_fields = ["program", "role"]
    readonly_fields = ["source"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)
        said = RoleEvidence.objects.select_related("source")
        return rows.prefetch_related(Prefetch("role__evidence", said, to_attr="everything_said"))

    @admin.display(description=_("what sources say"))
    def consensus(self, mapping: Any) -> str:
        said = getattr(mapping.role, "everything_said", ())
        return weigh_evidence(one for one in said if one.institution_id is None).text

    @admin.display(description=_("our own view"), empty_value="–")
    def own_view(self, mapping: Any) -> Any:
        """The school's view; where sources disagree and it has none, a link to give one."""
        said = getattr(mapping.role, "everything_said", ())
        school = mapping.program.institution_id
        own = next((one for one in said if one.institution_id == school), None)
        if own:
            url, label = admin_url("roleevidence_change", own.pk), own.get_track_display()
        elif weigh_evidence(one for one in said if one.institution_id is None).is_contested:
            url, label = own_view_url(mapping), _("Say ours")
        else:
            return None
        return format_html('<a href="{}">{}</a>', url, label)

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        if not self.allows(request, Right.CHANGE, row):
            return []
        return [Link(own_view_url(row), _("Our own view of this job"))]


def own_view_url(mapping: Any) -> str:
    school = mapping.program.institution_id
    return admin_url("roleevidence_add", role=mapping.role_id, institution=school)
