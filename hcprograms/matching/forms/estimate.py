"""The estimator's questions. What else an address says (answers to the matching) goes along."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.estimating import Payer
from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.catalog.states import STATES
from hcprograms.matching.answers import INTEREST, KEYS, MAX_TRANSFER_CREDITS
from hcprograms.matching.fields import MilitaryField, WholeField
from hcprograms.matching.questions import MILITARY
from hcprograms.matching.widgets import Dots, PlainSelect

ABROAD = "abroad"
MAX_CREDITS_PER_TERM = 60
MOST_DOTS = 6
"""More ways of study than this come as a list."""
OWN = ("state", "country", "military", "transfer_credits")
"""Answers that change the cost; the estimator asks for them itself."""


class EstimateForm(forms.Form):
    """Every question but the program is optional. A valid form has ``payer``."""

    transfer_credits = WholeField(
        label=_("College credits you bring along"),
        help_text=_("0 if you have none."),
        min_value=0,
        max_value=MAX_TRANSFER_CREDITS,
        required=False,
    )
    state = forms.ChoiceField(
        label=_("Where you live"),
        choices=[("", _("Choose …")), (ABROAD, _("Outside the United States")), *STATES.items()],
        widget=PlainSelect,
        required=False,
    )
    military = MilitaryField(label=_("Military service"), choices=MILITARY, required=False)
    credits_per_term = WholeField(
        label=_("Credits you want to take each term"),
        help_text=_("Leave it empty for the usual pace."),
        min_value=1,
        max_value=MAX_CREDITS_PER_TERM,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        offerings: Sequence[Offering] = (),
        asks_for_program: bool = False,
    ) -> None:
        """``offerings``: what can be chosen; without any, and if asked for, a field to search."""
        super().__init__(_shown(data), label_suffix="")
        self.address = data if data is not None else QueryDict()
        first: dict[str, forms.Field] = {}
        if offerings:
            first["offering"] = choose_offering(offerings)
        elif asks_for_program:
            first["q"] = search_field()
        self.fields = first | self.fields
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _("Choose from the answers listed.")
            elif isinstance(field, WholeField):
                field.error_messages |= {
                    "invalid": _("Write a whole number, such as 12."),
                    "min_value": _("Write %(limit_value)s or more."),
                    "max_value": _("Write %(limit_value)s or less."),
                }

    @property
    def payer(self) -> Payer:
        """Who pays, as the valid form says."""
        said = self.cleaned_data
        state = said.get("state", "")
        return Payer(
            state="" if state == ABROAD else state,
            abroad=state == ABROAD,
            military=bool(said.get("military")),
            transfer_credits=said.get("transfer_credits") or 0,
            credits_per_term=said.get("credits_per_term"),
        )

    @property
    def others(self) -> list[tuple[str, str]]:
        """The answers to the matching in the address, for hidden inputs beside the questions."""
        return [
            (key, value)
            for key, values in self.address.lists()
            if (key in KEYS or key.startswith(INTEREST)) and key not in OWN
            for value in values
            if value
        ]

    def answers(self) -> list[tuple[str, str]]:
        """All answers to the matching, those that were given here included."""
        said = self.cleaned_data
        state = said.get("state", "")
        country = self.address.get("country", "")
        own = [
            ("state", "" if state == ABROAD else state),
            ("country", country if state == ABROAD and country != "US" else ""),
            ("military", said.get("military", "")),
            ("transfer_credits", str(said.get("transfer_credits") or "")),
        ]
        return [*self.others, *((key, value) for key, value in own if value)]


def choose_offering(offerings: Sequence[Offering]) -> forms.ChoiceField:
    """One program's ways of study below each other, or several programs in one list."""
    programs = {one.program_id: one.program for one in offerings}
    if len(offerings) == 1:
        only = [(str(offerings[0].public_id), "")]
        return forms.ChoiceField(choices=only, widget=forms.HiddenInput, required=False)
    if len(programs) == 1 and len(offerings) <= MOST_DOTS:
        ways = [(str(one.public_id), _heading(one)) for one in offerings]
        return forms.ChoiceField(label=_("Way to study"), choices=ways, widget=Dots, required=False)
    grouped = [
        (
            program.full_name,
            [(str(one.public_id), _heading(one)) for one in offerings if one.program_id == pk],
        )
        for pk, program in programs.items()
    ]
    return forms.ChoiceField(
        label=_("Program"), choices=[("", _("Choose …")), *grouped], required=False
    )


def search_field() -> forms.CharField:
    """Words of a program or a school."""
    return forms.CharField(
        label=_("Program or school"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search"}),
    )


def _heading(offering: Offering) -> str:
    return OfferingView(offering, (), ()).heading


def _shown(data: QueryDict | None) -> Any:
    """The address, with a country abroad as this form asks for it."""
    if data is None or data.get("country", "US") in ("", "US") or data.get("state"):
        return data
    shown = data.copy()
    shown["state"] = ABROAD
    return shown
