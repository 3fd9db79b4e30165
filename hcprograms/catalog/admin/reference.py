"""Reference data that ships with the plugin."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.occupations import Occupation
from hcprograms.catalog.models.reference import (
    Certification,
    EvidenceSource,
    FieldFact,
    InterestStatement,
)
from hcprograms.catalog.models.roles import Contradiction
from hcprograms.institutions.admin.base import ReferenceAdmin


@admin.register(EvidenceSource)
class EvidenceSourceAdmin(ReferenceAdmin):
    list_display = ["key", "publisher", "title", "published_on"]
    list_display_links = ["key", "publisher", "title"]
    search_fields = ["key", "publisher", "title"]


@admin.register(Certification)
class CertificationAdmin(ReferenceAdmin):
    list_display = ["name", "abbreviation", "body", "track"]
    list_filter = ["track"]
    list_select_related = ["source"]
    search_fields = ["name", "abbreviation", "body"]
    autocomplete_fields = ["source", "body_source"]


@admin.register(InterestStatement)
class InterestStatementAdmin(ReferenceAdmin):
    list_display = ["text", "track", "position", "is_active"]
    list_filter = ["track", "is_active"]
    search_fields = ["text"]


@admin.register(FieldFact)
class FieldFactAdmin(ReferenceAdmin):
    list_display = ["text", "kind", "track", "source"]
    list_filter = ["kind", "track"]
    list_select_related = ["source"]
    search_fields = ["text"]
    autocomplete_fields = ["source"]


@admin.register(Contradiction)
class ContradictionAdmin(ReferenceAdmin):
    list_display = ["topic", "summary"]
    search_fields = ["topic", "summary"]
    autocomplete_fields = ["sources", "roles"]


@admin.register(Occupation)
class OccupationAdmin(ReferenceAdmin):
    """Kept by the importer, with its source; read only."""

    list_display = ["code", "title", "job_zone", "source", "source_as_of"]
    list_filter = ["job_zone"]
    search_fields = ["code", "title"]
    search_help_text = _("O*NET-SOC code or title")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
