"""Ways from the toolbar into our own admin, for those who may go there."""

from typing import Any

from cms.toolbar_base import CMSToolbar
from cms.toolbar_pool import toolbar_pool
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.access import Access, Area, Right, find_access
from hcprograms.institutions.models import Institution

ENTRIES = [
    ("lead", _("Leads"), Area.LEADS),
    ("program", _("Programs"), Area.CATALOG),
    ("interestform", _("Interest forms"), Area.FORMS),
]
LABELS = {"program": _("Edit this program"), "institution": _("Edit this school")}


def find_shown(match: Any) -> tuple[str, Program | Institution | None, Area]:
    """What the page of this address shows: the name of its model, the object, who may edit it."""
    if match and match.namespace.startswith("hcprograms"):
        name, where = match.url_name, match.kwargs
        if name == "program":
            found = Program.objects.filter(
                institution__slug=where["institution"], slug=where["program"]
            )
            return "program", found.first(), Area.CATALOG
        if name == "institution":
            school = Institution.objects.filter(slug=where["institution"]).first()
            return "institution", school, Area.INSTITUTION
    return "", None, Area.CATALOG


@toolbar_pool.register
class HcprogramsToolbar(CMSToolbar):  # type: ignore[misc]
    def populate(self) -> None:
        access = find_access(user=self.request.user)
        shown = [
            (model, label)
            for model, label, area in ENTRIES
            if access.allows(area=area, right=Right.VIEW, institution_id=None)
        ]
        if not shown:
            return
        menu = self.toolbar.get_or_create_menu("hcprograms", _("Admissions"))
        for model, label in shown:
            menu.add_sideframe_item(label, reverse(f"admin:hcprograms_{model}_changelist"))
        self.add_object(menu, access)

    def add_object(self, menu: Any, access: Access) -> None:
        """The program or school whose page is shown, to be edited by whom it belongs to."""
        model, shown, area = find_shown(self.request.resolver_match)
        if shown is None:
            return
        owner = shown.pk if isinstance(shown, Institution) else shown.institution_id
        if access.allows(area=area, right=Right.CHANGE, institution_id=owner):
            address = reverse(f"admin:hcprograms_{model}_change", args=[shown.pk])
            menu.add_modal_item(LABELS[model], address)
