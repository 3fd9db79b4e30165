"""Ways from the toolbar into our own admin, for those who may go there."""

from cms.toolbar_base import CMSToolbar
from cms.toolbar_pool import toolbar_pool
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.access import Area, Right, find_access

ENTRIES = [
    ("lead", _("Leads"), Area.LEADS),
    ("program", _("Programs"), Area.CATALOG),
    ("interestform", _("Interest forms"), Area.FORMS),
]


def find_program(*, institution: str, program: str) -> Program | None:
    return Program.objects.filter(institution__slug=institution, slug=program).first()


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
        self.add_object(menu)

    def add_object(self, menu: object) -> None:
        """The program whose page is shown, to be edited."""
        match = self.request.resolver_match
        if not match or match.view_name != "hcprograms:program":
            return
        program = find_program(**match.kwargs)
        if program is not None:
            address = reverse("admin:hcprograms_program_change", args=[program.pk])
            menu.add_modal_item(_("Edit this program"), address)  # type: ignore[attr-defined]
