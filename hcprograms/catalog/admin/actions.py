"""Bulk actions that programs and offerings share."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.catalog.models.programs import Status
from hcprograms.catalog.publishing import set_status
from hcprograms.institutions.admin.base import ScopedAdmin


class PublishingAdmin(ScopedAdmin):
    """Publish and retire what is chosen in the list."""

    actions = ["publish", "retire"]

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, rows: "models.QuerySet[Any]") -> None:
        self.move(request, rows, Status.PUBLISHED)

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: "models.QuerySet[Any]") -> None:
        self.move(request, rows, Status.RETIRED)

    def move(self, request: HttpRequest, rows: "models.QuerySet[Any]", status: Status) -> None:
        chosen = list(self.changeable(request, rows).exclude(status=status))
        changeable = self.model._default_manager.filter(pk__in=[row.pk for row in chosen])
        count = set_status(rows=changeable, status=status, now=timezone.now())
        for row in chosen:
            self.log_change(request, row, [{"changed": {"fields": [str(_("status"))]}}])
        text = ngettext("%(count)d is now %(status)s.", "%(count)d are now %(status)s.", count)
        self.message_user(
            request, text % {"count": count, "status": status.label}, messages.SUCCESS
        )
