"""Rows about a person: shown to those who answer leads, and never named in Django's own log."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest

from hcprograms.institutions.access import Area
from hcprograms.institutions.admin_scoping import ScopedAdmin


class PersonalAdmin(ScopedAdmin):
    """Read only, unless a subclass says otherwise; erasing a person is done elsewhere."""

    area = Area.LEADS
    institution_path = "institution"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's log outlives an erasure, so it gets a number and not a name."""
        staff: Any = request.user
        return LogEntry.objects.create(
            user=staff,
            content_type=ContentType.objects.get_for_model(obj),
            object_id=str(obj.pk),
            object_repr=f"{obj._meta.verbose_name} {obj.pk}",
            action_flag=2,
            change_message=message,
        )
