"""The sheet of offerings: found by ID, or by program, delivery and campus."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Delivery, Offering, PriceBasis, StateRule, Status
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.programs import ID_MEANING, INSTITUTION_MEANING
from hcprograms.catalog.spreadsheets.sheet import Cells, Sheet
from hcprograms.catalog.spreadsheets.widgets import (
    AmountWidget,
    CellWidget,
    ChoiceWidget,
    CodeWidget,
    DateWidget,
    StatesWidget,
    WholeNumberWidget,
    YesNoWidget,
)
from hcprograms.catalog.suspensions import describe_suspensions

DELIVERY_WORDS = {
    "blended": Delivery.HYBRID,
    "distance": Delivery.ONLINE,
    "distance learning": Delivery.ONLINE,
    "in person": Delivery.CAMPUS,
    "face to face": Delivery.CAMPUS,
    "residential": Delivery.CAMPUS,
}
PROGRAM_MEANING = _("The program’s slug, or its name where that is the only one of it.")
CAMPUS_MEANING = _("The campus’s slug or name. Empty: none.")


class DeliveryWidget(ChoiceWidget):
    def __init__(self) -> None:
        super().__init__(Delivery.choices, DELIVERY_WORDS)


def unless_known(attribute: str, heading: str, meaning: Any, widget: CellWidget) -> Column:
    """A figure or date that may be unknown: an empty field is never zero."""
    return Column(attribute, heading, meaning=meaning, widget=widget, emptied=None)


class OfferingSheet(Sheet):
    """Offerings with price, duration and who may enrol."""

    institution_path = "program__institution"
    related = ("program__institution", "campus")
    any_of = ("public_id", "program")
    kept_in_place = ("institution", "program")

    public_id = Column("public_id", "ID", meaning=ID_MEANING, is_reference=True)
    institution = Column(
        "program__institution__slug", "Institution", meaning=INSTITUTION_MEANING, is_reference=True
    )
    program = Column("program__slug", "Program", meaning=PROGRAM_MEANING, is_reference=True)
    delivery = Column(
        "delivery",
        "Delivery",
        widget=DeliveryWidget(),
        meaning=_("Together with the campus it tells the offerings of a program apart."),
    )
    campus = Column("campus__slug", "Campus", meaning=CAMPUS_MEANING, is_reference=True)
    status = Column(
        "status",
        "Status",
        widget=ChoiceWidget(Status.choices),
        meaning=_("Empty in a new row: published, with its program."),
        is_kept=True,
    )
    duration_months = unless_known(
        "duration_months", "Months", _("How long it takes."), WholeNumberWidget()
    )
    pace = Column("pace", "Pace", meaning=_("Such as part time, or at your own pace."))
    credits = unless_known("credits", "Credits", "", AmountWidget())
    max_transfer_credits = unless_known(
        "max_transfer_credits", "Transfer credits", _("How many may come in."), AmountWidget()
    )
    terms = unless_known("terms", "Terms", "", WholeNumberWidget())
    currency = Column(
        "currency",
        "Currency",
        widget=CodeWidget(),
        meaning=_("Three letters. Empty in a new row: USD."),
        is_kept=True,
    )
    price_basis = Column(
        "price_basis",
        "Price is",
        widget=ChoiceWidget(PriceBasis.choices),
        meaning=_("What the price is for."),
    )
    price = unless_known(
        "price", "Price", _("For everybody, or for non-residents."), AmountWidget()
    )
    price_resident = unless_known(
        "price_resident", "Price for residents", _("Of the state."), AmountWidget()
    )
    price_military = unless_known(
        "price_military", "Price with military benefits", "", AmountWidget()
    )
    fees_total = unless_known(
        "fees_total", "Fees in all", _("Empty: not published, which is not zero."), AmountWidget()
    )
    price_source_url = Column(
        "price_source_url", "Price source", meaning=_("The page where the price is published.")
    )
    price_as_of = unless_known("price_as_of", "Price as of", "", DateWidget())
    state_rule = Column(
        "state_rule",
        "Open to residents of",
        widget=ChoiceWidget(StateRule.choices),
        meaning=_("Which states’ residents may enrol."),
    )
    states = Column(
        "states",
        "States",
        widget=StatesWidget(),
        meaning=_("The states of the rule, such as CO, TX. Empty for all."),
        emptied=(),
    )
    open_to_international = unless_known(
        "open_to_international", "Open to people abroad", "", YesNoWidget()
    )

    class Meta(Sheet.Meta):
        model = Offering

    def find(self, row: Cells) -> Offering:
        found: Offering | None = self.find_by_id(row)
        if found is not None:
            return found
        institution = self.reach.institution(self.cell(row, "institution"))
        program = self.reach.program(self.cell(row, "program"), institution=institution)
        campus = self.reach.campus(self.cell(row, "campus"), institution=institution)
        delivery = read_delivery(self.cell(row, "delivery"))
        found = self.reach.find_offering(program=program, delivery=delivery, campus=campus)
        return found or Offering(program=program, delivery=delivery, campus=campus)

    def complete(self, instance: Offering, row: Cells) -> None:
        cell = self.cell(row, "campus")
        if cell.strip():
            school = instance.program.institution
            instance.campus = self.reach.campus(cell, institution=school)
        instance.states = list(instance.states)

    def list_warnings(self, changed: Sequence[Any]) -> list[str]:
        offerings = Offering.objects.filter(pk__in=[row.pk for row in changed])
        return describe_suspensions(offerings=offerings, on=self.today)

    def key_of(self, instance: Offering) -> Any:
        return instance.program_id, instance.delivery, instance.campus_id


def read_delivery(cell: str) -> str:
    """The delivery in a cell that says which offering is meant. Raises ``ValidationError``."""
    try:
        return str(DeliveryWidget().clean(cell)) if cell.strip() not in {"", "-"} else ""
    except ValueError as error:
        raise ValidationError({"delivery": str(error)}) from error
