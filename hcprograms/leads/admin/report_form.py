"""What a report is about, chosen in its page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.report_facts import By, Period

MOST_DAYS = 3 * 366
USUAL_DAYS = 30
STEPS = [("day", _("days")), ("week", _("weeks")), ("month", _("months"))]
GROUPS = [
    ("form", _("Form")),
    ("program", _("Program")),
    ("source", _("Source")),
    ("advisor", _("Advisor")),
]


@dataclass(frozen=True, slots=True)
class Asked:
    institution: Any
    period: Period
    by: By
    only: str | None
    """The key of the one group that the report is about; None: all."""

    def as_typed(self) -> dict[str, Any]:
        """The form filled in with what the report shows."""
        return {
            "institution": self.institution.pk if self.institution else "",
            "first": self.period.first,
            "last": self.period.last,
            "step": self.period.step,
            "by": self.by,
            "only": "" if self.only is None else name_group(self.by, self.only),
        }

    @property
    def by_label(self) -> str:
        return str(dict(GROUPS)[self.by])


def name_group(by: By, key: str) -> str:
    """A group in an address. Of another kind than the report’s it says nothing."""
    return f"{by}:{key}"


class ReportForm(forms.Form):
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    step = forms.ChoiceField(label=_("In"), choices=STEPS, required=False)
    by = forms.ChoiceField(label=_("By"), choices=GROUPS, required=False)
    only = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, institutions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.several = institutions.count() > 1
        if self.several:
            self.fields["institution"] = forms.ModelChoiceField(
                institutions, label=_("Institution"), required=False, empty_label=_("all")
            )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
            self.add_error("last", _("Choose up to three years, the first day first."))
        return values

    def values(self, *, today: date) -> Asked:
        """What was chosen; whatever is missing or wrong is as usual: the last thirty days."""
        chosen: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        last = chosen.get("last") or today
        first = chosen.get("first") or last - timedelta(days=USUAL_DAYS - 1)
        if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
            first = last - timedelta(days=USUAL_DAYS - 1)
        by: By = chosen.get("by") or "form"
        kind, _colon, key = chosen.get("only", "").partition(":")
        return Asked(
            institution=chosen.get("institution"),
            period=Period(first, last, chosen.get("step") or "day"),
            by=by,
            only=key if kind == by else None,
        )
