"""Texts of messages in the admin: written, looked at, compared and tried."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hcprograms.followup.models import MessageTemplate
from hcprograms.institutions.access import Area
from hcprograms.institutions.admin_links import LinkedAdmin


@admin.register(MessageTemplate)
class MessageTemplateAdmin(LinkedAdmin):
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    list_display = ["name", "kind", "institution", "is_standard", "is_active"]
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
