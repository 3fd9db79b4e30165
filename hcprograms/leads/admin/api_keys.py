"""API keys in the admin: the key itself is shown once, right after it was made."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import ScopedAdmin
from hcprograms.leads.api_keys import issue_key, revoke_key
from hcprograms.leads.models.api_keys import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(ScopedAdmin):
    """For who manages leads: a key can do what they can."""

    area = Area.LEADS
    institution_path = "institution"
    always_select = ("institution",)
    list_display = [
        "name",
        "institution",
        "prefix",
        "may_capture",
        "may_read",
        "last_used_at",
        "revoked_at",
    ]
    list_filter = ["institution"]
    search_fields = ["name", "institution__name"]
    autocomplete_fields = ["institution"]
    fields = ["institution", "name", "may_capture", "may_read"]
    actions = ["revoke"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.MANAGE, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.MANAGE, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.MANAGE, None)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return self.narrow(request, rows, area=self.area, right=Right.MANAGE)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ["prefix", "created_by", "created_at", "last_used_at", "revoked_at"]
        return [*self.fields, *told] if obj else self.fields

    def choices_of(self, request: HttpRequest, model: Any, *, right: Right) -> Any:
        """A key is made for institutions whose leads the person manages, not only answers."""
        needed = Right.MANAGE if right == Right.CHANGE else right
        return super().choices_of(request, model, right=needed)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.shown_once = issue_key(key=obj, user=request.user)

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """The only page that ever shows the key: not as a message, which would wait in a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the key now"),
            "media": self.media,
            "key": obj,
            "text": obj.shown_once,
        }
        page = TemplateResponse(request, "admin/hcprograms/apikey/made.html", context)
        patch_cache_control(page, no_store=True)
        return page

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        chosen = [
            row for row in self.get_queryset(request).filter(pk__in=rows) if not row.revoked_at
        ]
        for row in chosen:
            revoke_key(key=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": [str(_("revoked at"))]}}])
        text = ngettext("%(count)d key was revoked.", "%(count)d keys were revoked.", len(chosen))
        messages.success(request, text % {"count": len(chosen)})
