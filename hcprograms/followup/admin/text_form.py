"""The form in which a text is written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.followup.models import MessageTemplate
from hcprograms.followup.wording.checking import LONGEST_BODY, LONGEST_SUBJECT
from hcprograms.followup.wording.explaining import explain
from hcprograms.followup.wording.placeholders import vocabulary_of
from hcprograms.followup.wording.texts import Source, find_problems

LOOKS = [("light", _("light")), ("dark", _("dark")), ("text", _("as plain text"))]


class TextForm(forms.Form):
    """A subject and a body, checked; and with whom and how to look at them."""

    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT, strip=True)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "true"}),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    lead: Any = forms.ModelChoiceField(
        label=_("For whom"), queryset=None, required=False, empty_label=_("an example person")
    )
    look = forms.ChoiceField(label=_("How"), choices=LOOKS, required=False)

    def __init__(
        self, *args: Any, template: MessageTemplate, leads: Any, in_use: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.template = template
        self.in_use = in_use
        self.initial.setdefault("based_on", in_use)
        field: Any = self.fields["lead"]
        field.queryset = leads

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if "subject" in values and "body" in values:
            values["body"] = values["body"].replace("\r\n", "\n").strip() + "\n"
            known = vocabulary_of(self.template.kind).placeholders
            problems = find_problems(kind=self.template.kind, source=self.source_of(values))
            for part, found in problems.items():
                self.add_error(part, explain(found, known=known))
        return values

    def source_of(self, values: Any) -> Source:
        return Source(values["subject"], values["body"])

    @property
    def source(self) -> Source:
        """What was typed; the form is valid."""
        return self.source_of(self.cleaned_data)

    def catch_up(self) -> None:
        """Sent once more, the form knows of the version that was saved meanwhile."""
        data: Any = self.data
        self.data = {**data.dict(), "based_on": self.in_use}

    @property
    def was_overtaken(self) -> bool:
        """Whether somebody has saved a version since this form was opened."""
        return (self.cleaned_data.get("based_on") or 0) != self.in_use
