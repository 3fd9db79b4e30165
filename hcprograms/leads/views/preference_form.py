"""The form by which a person chooses which messages they get."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.forms import FieldGroup
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.preferences import EmailWish, Preferences


class PreferenceForm(forms.Form):
    """One choice about emails, and a box each for calls and text messages where there are any."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        held: Preferences,
        may_grant: bool = True,
    ) -> None:
        super().__init__(data, initial={"email": held.email, **held.agreed})
        box = held.boxes.get(Channel.EMAIL)
        choices: list[tuple[str, Any]] = [
            (one.value, one.label)
            for one in EmailWish
            if one != EmailWish.ALL
            and (may_grant or one == EmailWish.NONE or held.email != EmailWish.NONE)
        ]
        if box:
            # Escaped here: crispy's templates trust labels, and staff wrote this one.
            choices.insert(0, (EmailWish.ALL.value, format_html("{}", box.text)))
        self.fields["email"] = forms.ChoiceField(
            label=_("What may come to you?"),
            choices=choices,
            widget=forms.RadioSelect,
            required=False,  # one is always chosen: no mark says so
            error_messages={"invalid_choice": _("Choose one.")},
        )
        for channel in held.agreed:
            self.fields[channel] = forms.BooleanField(
                label=format_html("{}", held.boxes[channel].text), required=False
            )

    def clean_email(self) -> str:
        wish = str(self.cleaned_data["email"])
        if not wish:
            raise forms.ValidationError(_("Choose one."), code="required")
        return wish

    @property
    def groups(self) -> list[FieldGroup]:
        """The parts of the form, for its layout with and without crispy."""
        by_phone = [name for name in self.fields if name != "email"]
        parts = [
            FieldGroup(_("Emails"), ["email"]),
            FieldGroup(_("Phone calls and texts"), by_phone),
        ]
        return [one for one in parts if one.names]

    @property
    def helper(self) -> FormHelper:
        """The crispy layout; the ``<form>`` element and the button stand in the template."""
        helper = FormHelper()
        helper.layout = Layout(*(Fieldset(one.legend, *one.names) for one in self.groups))
        return helper

    def wish(self) -> EmailWish:
        return EmailWish(self.cleaned_data["email"])

    def agreed(self) -> dict[str, bool]:
        """Channel → whether its box was ticked."""
        return {one: bool(self.cleaned_data[one]) for one in self.fields if one != "email"}
