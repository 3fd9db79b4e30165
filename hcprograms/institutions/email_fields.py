"""The form field for an email address: the canonical form, or what is wrong with it."""

from typing import Any

from django import forms

from hcprograms.institutions.email_addresses import normalize_email


class EmailField(forms.CharField):
    """One email address, as ``normalize_email`` returns it."""

    widget = forms.EmailInput

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normalize_email(text) if text else ""
