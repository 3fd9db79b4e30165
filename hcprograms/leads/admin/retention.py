"""How long people are kept: rules, what they would do now, and what they have done."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.models import Institution
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.models.retention import RetentionRule, RetentionRun
from hcprograms.leads.retention import preview_retention


@admin.register(RetentionRule)
class RetentionRuleAdmin(ScopedAdmin):
    area = Area.STAFF
    institution_path = "institution"
    always_select = ("institution",)
    list_display = ["status", "days", "institution"]
    list_filter = ["institution"]
    autocomplete_fields = ["institution"]
    search_fields = ["institution__name"]
    fields = ["institution", "status", "days"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("preview/", view, name="hcprograms_retentionrule_preview"),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> list[Link]:
        return [Link(admin_url("retentionrule_preview"), _("What would be erased now?"))]

    @method_decorator(require_safe)
    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What the rules would erase at this moment; nothing is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mine = self.choices_of(request, Institution, right=Right.VIEW)
        institutions = mine.filter(retention_rules__isnull=False).distinct()
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What would be erased now?"),
            "media": self.media,
            "found": [(one, preview_retention(institution=one, now=now)) for one in institutions],
        }
        return TemplateResponse(request, "admin/hcprograms/retentionrule/preview.html", context)


@admin.register(RetentionRun)
class RetentionRunAdmin(PersonalAdmin):
    """What retention did, day by day."""

    always_select = ("institution",)
    list_display = ["day", "institution", "in_words", "at"]
    list_filter = ["day", "institution"]
    fields = ["institution", "day", "at", "in_words"]

    @admin.display(description=_("erased"))
    def in_words(self, run: Any) -> str:
        labels = dict(RetentionRule.KINDS)
        told = [f"{labels.get(key, key)}: {count}" for key, count in run.erased.items()]
        return ", ".join(told) or "–"
