"""The history page of a row: every change with who and when, of one's own rows only."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hcprograms.institutions.access import institution_id_of
from hcprograms.institutions.admin.permissions import ScopedPermissions, access_of
from hcprograms.institutions.changes import Change, Child, read_changes
from hcprograms.institutions.history import is_recorded
from hcprograms.institutions.models import Membership


class Told(NamedTuple):
    """A change, and who made it in words."""

    change: Change
    who: str


class HistoryAdmin(ScopedPermissions):
    """Shows the recorded history where Django would show its log.

    ``history_children``: rows whose changes are told on their parent's page.
    """

    history_children: ClassVar[tuple[Child, ...]] = ()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        told = None
        row = self.get_object(request, unquote(object_id)) if is_recorded(self.model) else None  # type: ignore[attr-defined]
        if row is not None and self.has_view_permission(request, row):
            told = self.tell(request, row)
        context = {"told": told} | (extra_context or {})
        return super().history_view(request, object_id, context)  # type: ignore[misc]

    def tell(self, request: HttpRequest, row: models.Model) -> list[Told]:
        changes = read_changes(row=row, children=self.history_children)
        owner = institution_id_of(row, path=self.institution_path)
        names = name_people(request, {one.user_id for one in changes}, owner)
        return [Told(one, who(one, names)) for one in changes]


def name_people(request: HttpRequest, ids: set[Any], institution_id: Any) -> Mapping[Any, str]:
    """Who they are. Only superusers read the names of people who never worked here."""
    if access_of(request).is_unlimited:
        found = get_user_model()._default_manager.filter(pk__in=ids - {None})
        return {user.pk: str(user) for user in found}
    members = Membership.objects.filter(user__in=ids - {None}, institution=institution_id)
    return {one.user_id: one.display_name for one in members.select_related("user")}


def who(change: Change, names: Mapping[Any, str]) -> str:
    if change.user_id is not None:
        return names.get(change.user_id) or _("An administrator of this site")
    if change.reason:
        return _("The command %(name)s") % {"name": change.reason}
    return _("A program, outside the admin")
