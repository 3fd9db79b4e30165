"""The catalog's public forms."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Delivery, Level
from hcprograms.catalog.states import STATES


class DirectoryForm(forms.Form):
    """What narrows the list of programs. Unknown values are left out, never an error page."""

    q = forms.CharField(label=_("Program or school"), max_length=100, required=False)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[("", _("Any")), *((value, capfirst(label)) for value, label in Level.choices)],
        required=False,
    )
    delivery = forms.ChoiceField(
        label=_("Way of study"),
        choices=[
            ("", _("Any")),
            *((value, capfirst(label)) for value, label in Delivery.choices if value),
        ],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State of the school"),
        choices=[("", _("Any")), *STATES.items()],
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.fields["q"].widget.input_type = "search"

    def usable(self) -> dict[str, str]:
        """The values that can be used; what cannot be is as if it had not been said."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}
