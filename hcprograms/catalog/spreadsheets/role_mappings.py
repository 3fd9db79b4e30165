"""The sheet of roles that programs lead to: found by program, role and basis."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.catalog.cells import plain_word
from hcprograms.catalog.models.roles import Basis, CareerRole, RoleMapping
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.offerings import PROGRAM_MEANING
from hcprograms.catalog.spreadsheets.programs import INSTITUTION_MEANING
from hcprograms.catalog.spreadsheets.sheet import Cells, Sheet
from hcprograms.catalog.spreadsheets.widgets import AmountWidget, CellWidget, ChoiceWidget


class RoleWidget(CellWidget):
    """A role by slug or title."""

    @property
    def allowed(self) -> list[str]:
        return list(CareerRole.objects.values_list("slug", flat=True).order_by("slug"))


class RoleMappingSheet(Sheet):
    """Which roles a program leads to, how strongly, and how that is known."""

    institution_path = "program__institution"
    related = ("program__institution", "role")
    required = ("program", "role")

    institution = Column(
        "program__institution__slug", "Institution", meaning=INSTITUTION_MEANING, is_reference=True
    )
    program = Column("program__slug", "Program", meaning=PROGRAM_MEANING, is_reference=True)
    role = Column(
        "role__slug",
        "Role",
        widget=RoleWidget(),
        meaning=gettext_lazy("Its slug or title."),
        is_reference=True,
        is_needed=True,
    )
    basis = Column(
        "basis",
        "Basis",
        widget=ChoiceWidget(Basis.choices, {"declared": Basis.DECLARED}),
        meaning=gettext_lazy("How it is known. Empty: declared by the institution."),
        is_reference=True,
    )
    strength = Column(
        "strength",
        "Strength",
        widget=AmountWidget(),
        meaning=gettext_lazy("From 0 (hardly) to 1 (directly). Empty in a new row: 0.8."),
        is_kept=True,
    )
    source = Column(
        "source", "Source", meaning=gettext_lazy("For your information."), is_told_only=True
    )

    class Meta(Sheet.Meta):
        model = RoleMapping

    def load_natural_keys(self) -> None:
        self.roles: dict[str, CareerRole] = {}
        for role in CareerRole.objects.all():
            self.roles[plain_word(role.title)] = role
        for role in list(self.roles.values()):
            self.roles[plain_word(role.slug)] = role
        rows = self.get_queryset().filter(program__institution__in=self.reach.institution_ids)
        self.by_key = {(row.program_id, row.role_id, row.basis): row for row in rows}

    def find(self, row: Cells) -> RoleMapping:
        institution = self.reach.institution(self.cell(row, "institution"))
        program = self.reach.program(self.cell(row, "program"), institution=institution)
        role = self.roles.get(plain_word(self.cell(row, "role")))
        if role is None:
            raise ValidationError({"role": _("no role here; see the list of roles")})
        cell = self.cell(row, "basis")
        try:
            basis = self.fields["basis"].read(cell) if cell.strip() else Basis.DECLARED
        except ValueError as error:
            raise ValidationError({"basis": str(error)}) from error
        found = self.by_key.get((program.pk, role.pk, str(basis or Basis.DECLARED)))
        return found or RoleMapping(program=program, role=role, basis=basis or Basis.DECLARED)

    def key_of(self, instance: RoleMapping) -> Any:
        return instance.program_id, instance.role_id, str(instance.basis)
