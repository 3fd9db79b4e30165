"""Lists kept as JSON, typed as people type lists."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class LinesField(forms.CharField):
    """A list of texts, one per line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6, "cols": 80}))
        kwargs.setdefault("help_text", _("One per line."))
        kwargs["label"] = capfirst(kwargs.get("label"))
        super().__init__(**{"required": False} | kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line.strip() for line in lines if str(line).strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or []) != self.to_python(data))


class DutiesField(LinesField):
    """A role's duties, one per line, each with the key of its source in brackets at the end."""

    def prepare_value(self, value: Any) -> Any:
        duties = [_write_duty(one) for one in value] if isinstance(value, list) else value
        return super().prepare_value(duties)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            value = [_write_duty(one) for one in value]
        return [_read_duty(line) for line in super().to_python(value)]


def _write_duty(duty: Any) -> str:
    if not isinstance(duty, dict):
        return str(duty)
    source = duty.get("source")
    return f"{duty.get('text', '')} [{source}]" if source else str(duty.get("text", ""))


def _read_duty(line: str) -> dict[str, str]:
    found = re.fullmatch(r"(.*\S)\s*\[([^\[\]]+)\]", line)
    return {"text": found[1], "source": found[2].strip()} if found else {"text": line}


class ChecklistField(forms.MultipleChoiceField):
    """Several of a few known words, as boxes in columns."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "hcp-checklist"})
        kwargs.setdefault("required", False)
        kwargs["label"] = capfirst(kwargs.get("label"))
        super().__init__(choices=choices, widget=widget, **kwargs)
