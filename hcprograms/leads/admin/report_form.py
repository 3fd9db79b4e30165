"""What a report is about, chosen in its page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.reports import By, Period

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

    def as_typed(self) -> dict[str, Any]:
        """The form filled in with what the report shows."""
        return {
            "institution": self.institution.pk if self.institution else "",
            "first": self.period.first,
            "last": self.period.last,
            "step": self.period.step,
            "by": self.by,
        }

    @property
    def by_label(self) -> str:
        return str(dict(GROUPS)[self.by])


class ReportForm(forms.Form):
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    step = forms.ChoiceField(label=_("In"), choices=STEPS, required=False)
    by = forms.ChoiceField(label=_("By"), choices=GROUPS, required=False)

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
        return Asked(
            institution=chosen.get("institution"),
            period=Period(first, last, chosen.get("step") or "day"),
            by=chosen.get("by") or "form",
        )
