"""Wagtail's admin: our choosers, and ways into our own admin for those who may go there."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from hcprograms.contrib.wagtail.choosers import (
    form_chooser,
    institution_chooser,
    keep_chosen,
    program_chooser,
)
from hcprograms.institutions.access import Area, Right, find_access

ENTRIES = [
    ("lead", _("Leads"), "mail", Area.LEADS),
    ("program", _("Programs"), "doc-full", Area.CATALOG),
    ("interestform", _("Interest forms"), "form", Area.FORMS),
]


class ScopedEntry:
    """Shown to whoever has this right in some institution."""

    area: Area

    def is_shown(self, request: HttpRequest) -> bool:
        access = find_access(user=request.user)
        return access.allows(area=self.area, right=Right.VIEW, institution_id=None)


class OwnMenuItem(ScopedEntry, MenuItem):  # type: ignore[misc]
    """A line of the menu."""


class OwnSearchArea(ScopedEntry, SearchArea):  # type: ignore[misc]
    """A place that the search of the admin offers to search in."""


def make_entry(kind: Any, order: int, model: str, label: Any, icon: str, area: Area) -> Any:
    """A way to the list of these in our own admin, which searches by the same ``q``."""
    address = reverse(f"admin:hcprograms_{model}_changelist")
    entry = kind(label, address, name=f"hcprograms-{model}", icon_name=icon, order=order)
    entry.area = area
    return entry


def keep_what_is_shown(request: HttpRequest, page: Any) -> None:
    keep_chosen(page)


def _give(thing: Any) -> Any:
    return thing


for moment in ("before_edit_page", "before_edit_snippet"):
    hooks.register(moment, keep_what_is_shown)
for chooser in (institution_chooser, program_chooser, form_chooser):
    hooks.register("register_admin_viewset", partial(_give, chooser))
for number, entry in enumerate(ENTRIES):
    hooks.register(
        "register_admin_menu_item", partial(make_entry, OwnMenuItem, 800 + number, *entry)
    )
    hooks.register(
        "register_admin_search_area", partial(make_entry, OwnSearchArea, 800 + number, *entry)
    )
