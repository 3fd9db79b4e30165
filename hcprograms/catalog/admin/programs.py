"""Programs, with their offerings and the roles they lead to."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.admin.actions import PublishingAdmin
from hcprograms.catalog.admin.filters import DataQualityFilter
from hcprograms.catalog.admin.preview import PreviewAdmin, preview_program
from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.admin.suspended_claims import ClaimWarningAdmin
from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.programs import Offering, Program, Status
from hcprograms.catalog.models.roles import RoleMapping
from hcprograms.catalog.recording import find_records_not_covering
from hcprograms.institutions.access import Area
from hcprograms.institutions.admin.base import Link, ScopedTabularInline, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm


class ProgramForm(ScopedModelForm):
    def clean_level(self) -> str:
        """A level that an accreditation record rules out is refused (the database would too)."""
        level = str(self.cleaned_data["level"])
        if self.instance.pk:
            in_the_way = find_records_not_covering(program=self.instance, level=level)
            if in_the_way:
                raise forms.ValidationError(
                    _("%(accreditor)s, which is recorded for it, does not cover this level."),
                    params={"accreditor": in_the_way[0].accreditor},
                )
        return level


class OfferingInline(ScopedTabularInline):
    model = Offering
    area = Area.CATALOG
    institution_path = "program__institution"
    always_select = ("campus",)
    fields = ["delivery", "campus", "status", "duration_months", "price_basis", "price"]
    autocomplete_fields = ["campus"]
    show_change_link = True
    verbose_name_plural = _("offerings: one for each delivery and campus")


class RoleMappingInline(ScopedTabularInline):
    model = RoleMapping
    area = Area.CATALOG
    institution_path = "program__institution"
    always_select = ("role",)
    fields = ["role", "strength", "basis", "source"]
    readonly_fields = ["source"]
    autocomplete_fields = ["role"]
    verbose_name_plural = _("leads to these roles")


def public_link(program: Program) -> list[Link]:
    """The program as the public sees it, where it does and the host includes our pages."""
    is_shown = program.status == Status.PUBLISHED and program.institution.is_published
    try:
        url = reverse("hcprograms:program", args=[program.institution.slug, program.slug])
    except NoReverseMatch:
        return []
    return [Link(url, _("Public page"))] if is_shown else []


class LicensureInline(ScopedTabularInline):
    model = LicensureDisclosure
    area = Area.CATALOG
    institution_path = "program__institution"
    fields = ["state", "licence", "finding", "as_of", "source_url"]
    formfield_overrides = {  # without the link that makes the row twice as high
        models.URLField: {"assume_scheme": "https", "widget": forms.URLInput}
    }
    verbose_name_plural = _("licensure: what was found out for each state")


@admin.register(Program)
class ProgramAdmin(ClaimWarningAdmin, PreviewAdmin, PublishingAdmin, SpreadsheetAdmin):
    sheet = "hcprograms.catalog.spreadsheets.programs.ProgramSheet"
    area = Area.CATALOG
    institution_path = "institution"
    history_children = (
        LicensureDisclosure,
        RoleMapping,
    )
    always_select = ("institution",)
    form = ProgramForm
    list_display = ["label", "institution", "level", "cip_code", "offering_count", "status"]
    list_filter = [DataQualityFilter, "status", "level", "institution"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["name", "award", "concentration", "cip_code", "institution__name"]
    search_help_text = _("Name, award, concentration, CIP code or institution")
    autocomplete_fields = ["institution", "certifications"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["source", "source_as_of"]
    inlines = [OfferingInline, RoleMappingInline, LicensureInline]
    fieldsets = [
        (
            None,
            {"fields": ["institution", "name", ("award", "concentration"), "slug", "status"]},
        ),
        (_("What it is"), {"fields": [("level", "cip_code"), "summary", "description"]}),
        (
            _("Getting in, getting help"),
            {
                "fields": [
                    "prerequisites",
                    "transfer_rules",
                    "student_faculty_ratio",
                    "support_services",
                    "aid_services",
                    "military_benefits",
                    ("details_url", "details_as_of"),
                ],
                "description": _("An empty field means “not published”, never “none”."),
            },
        ),
        (_("Where it leads"), {"fields": ["track_position", "certifications"]}),
        (_("Source"), {"classes": ["collapse"], "fields": ["source", "source_as_of"]}),
    ]

    @admin.display(description=_("full name"), ordering="name")
    def label(self, program: Program) -> str:
        return program.label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        mine = Offering.objects.filter(program=OuterRef("pk")).order_by().values("program")
        count = Subquery(mine.annotate(count=Count("pk")).values("count"))
        counted: QuerySet[Any] = rows.annotate(offerings_in_all=count)
        return counted

    @admin.display(description=_("offerings"), ordering="offerings_in_all")
    def offering_count(self, program: Any) -> int:
        return int(program.offerings_in_all or 0)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def offerings_of(self, row: Any) -> QuerySet[Offering]:
        return Offering.objects.filter(program=row)

    def show_public_page(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        return preview_program(request, program_id=row.pk)

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        return [
            *public_link(row),
            Link(admin_url("offering_changelist", program__id__exact=row.pk), _("Its offerings")),
            Link(
                admin_url("accreditationrecord_changelist", q=row.name),
                _("Its accreditation"),
            ),
        ]
