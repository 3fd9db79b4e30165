"""The form by which a person chooses which messages they get."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.models.consent import Channel
from hcprograms.leads.preferences import EmailWish, Preferences


class PreferenceForm(forms.Form):
    """One choice about emails, and a box each for calls and text messages where there are any."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, held: Preferences) -> None:
        super().__init__(data, initial={"email": held.email, **held.agreed})
        box = held.boxes.get(Channel.EMAIL)
        choices: list[tuple[str, Any]] = [
            (one.value, one.label) for one in EmailWish if one != EmailWish.ALL
        ]
        if box:
            # Escaped here: crispy's templates trust labels, and staff wrote this one.
            choices.insert(0, (EmailWish.ALL.value, format_html("{}", box.text)))
        self.fields["email"] = forms.ChoiceField(
            label=_("Emails"),
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
        )
        for channel in held.agreed:
            self.fields[channel] = forms.BooleanField(
                label=format_html("{}", held.boxes[channel].text), required=False
            )

    def wish(self) -> EmailWish:
        return EmailWish(self.cleaned_data["email"])

    def agreed(self) -> dict[str, bool]:
        """Channel → whether its box was ticked."""
        return {one: bool(self.cleaned_data[one]) for one in self.fields if one != "email"}
