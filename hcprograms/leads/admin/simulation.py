"""The form of “Who would get this?”."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hcprograms.catalog.models.choices import Military
from hcprograms.catalog.states import list_state_choices
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.routing import AskedProgram, Inquiry

ANY: list[tuple[str, Any]] = [("", "–")]


class SimulationForm(forms.Form):
    """A lead that might come in, as far as rules look at it."""

    kind = forms.ChoiceField(label=_("Kind of form"), choices=InterestForm.Kind.choices)
    programs: Any = forms.ModelMultipleChoiceField(
        label=_("Programs asked about"), queryset=None, required=False
    )
    country = forms.ChoiceField(label=_("Country"), choices=[*ANY, *countries], required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[*ANY, *list_state_choices()], required=False
    )
    military = forms.ChoiceField(
        label=_("Military affiliation"), choices=[*ANY, *Military.choices], required=False
    )
    language = forms.CharField(label=_("Language"), max_length=10, required=False)
    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("In the time zone of this page. Empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self,
        *args: Any,
        institutions: Any,
        institution: Institution | None,
        programs: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        mine = programs.filter(institution=institution) if institution else programs.none()
        field: Any = self.fields["programs"]
        field.queryset = mine
        field.widget.attrs["size"] = 6
        self.institution_field = forms.ModelChoiceField(institutions, label=_("Institution"))
        if institution is None or institutions.count() > 1:
            self.fields = {"institution": self.institution_field, **self.fields}
            self.initial.setdefault("institution", institution)

    def asked(self, *, now: datetime) -> dict[str, Any]:
        """What to simulate; the form is valid."""
        values = self.cleaned_data
        institution = values.get("institution") or self.institution
        inquiry = Inquiry(
            kind=values["kind"],
            programs=[AskedProgram(one.pk, one.level) for one in values["programs"]],
            state=values["state"],
            country=values["country"],
            military=values["military"],
            language=values["language"],
        )
        at = values["at"] or now
        return {"institution": institution, "inquiry": inquiry, "now": timezone.localtime(at)}
