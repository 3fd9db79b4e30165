"""The History page of a row: every change with who and when, of one's own rows only."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hcprograms.institutions.access import institution_id_of
from hcprograms.institutions.admin.permissions import ScopedPermissions, access_of
from hcprograms.institutions.change_log import is_tracked
from hcprograms.institutions.change_log_presenter import Change, list_changes
from hcprograms.institutions.models import Membership


class HistoryAdmin(ScopedPermissions):
    """Shows the change log where Django would show its own.

    ``history_children``: tracked models whose changes are shown on their parent's page.
    """

    history_children: ClassVar[tuple[type[models.Model], ...]] = ()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        changes = None
        row = self.get_object(request, unquote(object_id)) if is_tracked(self.model) else None  # type: ignore[attr-defined]
        if row is not None and self.has_view_permission(request, row):
            changes = self.list_changes(request, row)
        context = {"changes": changes} | (extra_context or {})
        return super().history_view(request, object_id, context)  # type: ignore[misc]

    def list_changes(self, request: HttpRequest, row: models.Model) -> list[tuple[Change, str]]:
        """List the changes with who made them, in words."""
        changes = list_changes(row=row, children=self.history_children)
        owner = institution_id_of(row, path=self.institution_path)
        names = get_names(request, {one.user_id for one in changes}, owner)
        return [(one, format_actor(one, names)) for one in changes]


def get_names(request: HttpRequest, ids: set[Any], institution_id: Any) -> Mapping[Any, str]:
    """Who they are. Only superusers read the names of people who never worked here."""
    if access_of(request).is_unlimited:
        found = get_user_model()._default_manager.filter(pk__in=ids - {None})
        return {user.pk: str(user) for user in found}
    members = Membership.objects.filter(user__in=ids - {None}, institution=institution_id)
    return {one.user_id: one.display_name for one in members.select_related("user")}


def format_actor(change: Change, names: Mapping[Any, str]) -> str:
    if change.user_id is not None:
        return names.get(change.user_id) or _("An administrator of this site")
    if change.reason:
        return _("The command %(name)s") % {"name": change.reason}
    return _("A program, outside the admin")
