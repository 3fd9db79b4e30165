"""Institutions and their campuses and hours in the admin."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import Area
from hcprograms.institutions.admin.base import ScopedAdmin, ScopedTabularInline
from hcprograms.institutions.admin.filters import ClockFilter
from hcprograms.institutions.admin.permissions import access_of
from hcprograms.institutions.email_fields import EmailField
from hcprograms.institutions.models import Campus, Closure, Institution, Membership, OfficeHours


class CampusInline(ScopedTabularInline):
    model = Campus
    area = Area.INSTITUTION
    institution_path = "institution"
    fields = ["name", "slug", "is_main", "city", "state", "country"]
    prepopulated_fields = {"slug": ["name"]}
    show_change_link = True


class OfficeHoursInline(ScopedTabularInline):
    model = OfficeHours
    area = Area.INSTITUTION
    institution_path = "institution"


class ClosureInline(ScopedTabularInline):
    model = Closure
    area = Area.INSTITUTION
    institution_path = "institution"


class MembershipInline(ScopedTabularInline):
    """Who works here; changed on the membership's own page."""

    model = Membership
    area = Area.STAFF
    institution_path = "institution"
    always_select = ("user", "institution")
    fields = ["user", "role", "receives_leads", "is_active"]
    readonly_fields = ["user", "role", "receives_leads", "is_active"]
    show_change_link = True
    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Institution)
class InstitutionAdmin(ScopedAdmin):
    area = Area.INSTITUTION
    institution_path = "pk"
    formfield_overrides = ScopedAdmin.formfield_overrides | {
        models.EmailField: {"form_class": EmailField}
    }
    history_children = (Campus,)
    list_display = ["name", "city", "state", "is_published", "time_zone"]
    list_filter = [ClockFilter, "is_published", "is_fictional"]
    search_fields = ["name", "slug", "city", "unitid", "opeid"]
    search_help_text = _("Name, city, UNITID or OPEID")
    inlines = [CampusInline, OfficeHoursInline, ClosureInline, MembershipInline]
    prepopulated_fields = {"slug": ["name"]}
    kept_by_the_site = [
        "slug",
        "is_fictional",
        "unitid",
        "opeid",
        "source",
        "source_as_of",
        "published_tuition",
    ]
    fieldsets = [
        (None, {"fields": ["name", "slug", "legal_name", "is_published", "is_fictional"]}),
        (
            _("How to reach it"),
            {
                "fields": [
                    "website",
                    "phone",
                    "email",
                    "withdrawal_email",
                    ("city", "state", "country"),
                    "postal_address",
                    "time_zone",
                    "closes_on_holidays",
                ]
            },
        ),
        (_("Daily digest"), {"fields": [("sends_digest", "digest_at")]}),
        (_("Law"), {"fields": ["privacy_url", "terms_url"]}),
        (_("Accreditation"), {"fields": ["institutional_accreditor", "accreditation_limit_days"]}),
        (
            _("Codes and sources"),
            {
                "classes": ["collapse"],
                "fields": ["unitid", "opeid", "source", "source_as_of", "published_tuition"],
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if access_of(request).is_unlimited else self.kept_by_the_site

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).is_unlimited

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it would take along the proof of consents: unpublish it instead


@admin.register(Campus)
class CampusAdmin(ScopedAdmin):
    area = Area.INSTITUTION
    institution_path = "institution"
    always_select = ("institution",)
    list_display = ["name", "institution", "city", "state", "is_main"]
    list_filter = ["is_main", "institution"]
    search_fields = ["name", "city", "institution__name"]
    autocomplete_fields = ["institution"]
    prepopulated_fields = {"slug": ["name"]}
