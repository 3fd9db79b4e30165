"""What an invited person without an account fills in."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.utils.translation import gettext_lazy as _


class AccountForm(forms.Form):
    """A name and a password that the site's validators take."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.email = email

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        password = values.get("password")
        if password and password != values.get("again"):
            self.add_error("again", _("The two passwords are not the same."))
        elif password:
            model: Any = get_user_model()
            known = {field.name for field in model._meta.fields}
            given = {
                "first_name": values.get("first_name", ""),
                "last_name": values.get("last_name", ""),
                model.get_email_field_name(): self.email,
            }
            user = model(**{name: value for name, value in given.items() if name in known})
            try:
                validate_password(password, user)
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)
        return values
