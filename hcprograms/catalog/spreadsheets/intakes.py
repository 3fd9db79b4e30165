"""The sheet of start dates: found by offering and day."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.catalog.models.programs import Intake
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.offerings import (
    CAMPUS_MEANING,
    PROGRAM_MEANING,
    DeliveryWidget,
    read_delivery,
)
from hcprograms.catalog.spreadsheets.programs import INSTITUTION_MEANING
from hcprograms.catalog.spreadsheets.sheet import Cells, Sheet
from hcprograms.catalog.spreadsheets.widgets import DateWidget


class IntakeSheet(Sheet):
    """Start dates. A row that is left out of the file stays as it is."""

    institution_path = "offering__program__institution"
    related = ("offering__program__institution", "offering__campus")
    required = ("program", "starts_on")

    institution = Column(
        "offering__program__institution__slug",
        "Institution",
        meaning=INSTITUTION_MEANING,
        is_reference=True,
    )
    program = Column(
        "offering__program__slug", "Program", meaning=PROGRAM_MEANING, is_reference=True
    )
    delivery = Column(
        "offering__delivery",
        "Delivery",
        widget=DeliveryWidget(),
        meaning=gettext_lazy("Of the offering. May be empty if the program has one only."),
        is_reference=True,
    )
    campus = Column("offering__campus__slug", "Campus", meaning=CAMPUS_MEANING, is_reference=True)
    starts_on = Column(
        "starts_on",
        "Starts on",
        widget=DateWidget(),
        meaning=gettext_lazy("2027-08-23, or 8/23/2027 with the month first."),
        is_reference=True,
        is_needed=True,
    )
    apply_by = Column(
        "apply_by",
        "Apply by",
        widget=DateWidget(),
        meaning=gettext_lazy("The last day; not after the start."),
        emptied=None,
    )

    class Meta(Sheet.Meta):
        model = Intake

    def load_natural_keys(self) -> None:
        rows = self.get_queryset().filter(
            **{f"{self.institution_path}__in": self.reach.institution_ids}
        )
        self.by_key = {(row.offering_id, row.starts_on): row for row in rows}

    def find(self, row: Cells) -> Intake:
        institution = self.reach.institution(self.cell(row, "institution"))
        program = self.reach.program(self.cell(row, "program"), institution=institution)
        offering = self.reach.offering(
            program=program,
            delivery=read_delivery(self.cell(row, "delivery")),
            campus=self.reach.campus(self.cell(row, "campus"), institution=institution),
        )
        cell = self.cell(row, "starts_on")
        if not cell.strip():
            raise ValidationError({"starts_on": _("must not be empty")})
        try:
            starts_on = self.fields["starts_on"].read(cell)
        except ValueError as error:
            raise ValidationError({"starts_on": str(error)}) from error
        found = self.by_key.get((offering.pk, starts_on))
        return found or Intake(offering=offering, starts_on=starts_on)

    def key_of(self, instance: Intake) -> Any:
        return instance.offering_id, instance.starts_on
