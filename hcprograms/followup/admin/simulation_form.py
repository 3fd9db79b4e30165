"""The form of “What would be sent when?”."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.followup.conditions import Facts, get_lead_state
from hcprograms.followup.models import Sequence
from hcprograms.followup.plan import (
    LeadSequence,
    build_lead_sequence,
    get_built_in_sequence,
    get_lead_sequence,
)
from hcprograms.followup.simulating import LocalTime, Story, read_local_time
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead

WHAT_HOLDS, BUILT_IN = "", "built-in"
SHAPE = "%Y-%m-%dT%H:%M"
STATUSES = [(one.value, one.label) for one in Lead.Status.list_open()]


class LocalTimeField(forms.CharField):
    """A time by the clock of the institution, also one that its clock skips or shows twice."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            local = datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError as error:
            refusal = _("Give a day and a time, such as 2026-12-24T16:50.")
            raise forms.ValidationError(refusal) from error
        if not 2000 <= local.year <= 2100:
            raise forms.ValidationError(_("Give a year from 2000 to 2100."))
        return local


class SequenceSimulationForm(forms.Form):
    """A lead that might come in, and what becomes of it."""

    sequence = forms.ChoiceField(label=_("Sequence"), required=False)
    kind = forms.ChoiceField(label=_("Kind of form"), choices=InterestForm.Kind.choices)
    asks_at = LocalTimeField(label=_("When they ask"), required=True)
    advisor: Any = forms.ModelChoiceField(
        label=_("Who has the lead"),
        queryset=None,
        required=False,
        empty_label=_("the first advisor"),
    )
    programs: Any = forms.ModelMultipleChoiceField(
        label=_("Programs asked about"), queryset=None, required=False
    )
    consents = forms.MultipleChoiceField(
        label=_("What they agree to"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "hcp-checklist"}),
    )
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES)
    answered_at = LocalTimeField(label=_("When somebody answers"), help_text=_("Empty: nobody."))
    unsubscribes_at = LocalTimeField(
        label=_("When they want no more emails"), help_text=_("Empty: never.")
    )
    ended_at = LocalTimeField(label=_("When the lead is closed"), help_text=_("Empty: never."))

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        self.hours: OpeningHours = read_opening_hours(institution)
        self.sequences = list(Sequence.objects.filter(institution=institution))
        fields: dict[str, Any] = self.fields
        fields["sequence"].choices = [
            (WHAT_HOLDS, _("the one that holds for the kind of form")),
            (BUILT_IN, _("the built-in one")),
            *((str(one.pk), self.name(one)) for one in self.sequences),
        ]
        members = Membership.objects.active().filter(institution=institution)
        fields["advisor"].queryset = members.filter(
            role__in=["advisor", "manager", "owner"]
        ).select_related("user")
        fields["programs"].queryset = Program.objects.filter(institution=institution)
        fields["programs"].widget.attrs["size"] = 5
        zone = str(self.hours.zone)
        fields["asks_at"].help_text = _("Where the school is: %(zone)s.") % {"zone": zone}

    def name(self, sequence: Sequence) -> str:
        return sequence.name if sequence.is_active else f"{sequence.name} ({_('draft')})"

    def get_lead_sequence(self) -> LeadSequence:
        chosen, kind = self.cleaned_data["sequence"], self.cleaned_data["kind"]
        if chosen == BUILT_IN:
            return get_built_in_sequence()
        if chosen == WHAT_HOLDS:
            return get_lead_sequence(institution_id=self.institution.pk, kind=kind)
        return build_lead_sequence(next(one for one in self.sequences if str(one.pk) == chosen))

    def read_times(self) -> dict[str, LocalTime]:
        """The times that were given, by the institution's clock."""
        names = ("asks_at", "answered_at", "unsubscribes_at", "ended_at")
        given = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        return {name: read_local_time(at, hours=self.hours) for name, at in given.items()}

    def tell_story(self, times: Mapping[str, LocalTime]) -> Story:
        """The form is valid."""
        values = self.cleaned_data
        return Story(
            kind=values["kind"],
            advisor=values["advisor"],
            facts=Facts(
                status=values["status"],
                consents=frozenset(values["consents"]),
                programs=frozenset(one.pk for one in values["programs"]),
            ),
            **{name: one.at for name, one in times.items()},
        )


def describe_real_lead(lead: Lead) -> dict[str, Any]:
    """What the form holds for a lead that there is."""
    zone = read_opening_hours(lead.institution).zone
    facts = get_lead_state(lead)
    answered = lead.first_answered_at
    return {
        "kind": lead.form.kind,
        "asks_at": f"{lead.captured_at.astimezone(zone):{SHAPE}}",
        "advisor": lead.assigned_to_id or "",
        "programs": sorted(facts.programs),
        "consents": sorted(facts.consents),
        "status": lead.status if lead.is_open else Lead.Status.NEW,
        "answered_at": f"{answered.astimezone(zone):{SHAPE}}" if answered else "",
    }


def describe_new_lead(*, hours: OpeningHours, now: datetime) -> dict[str, Any]:
    """What the form holds at first: somebody who asks now and agrees to emails."""
    return {
        "kind": InterestForm.Kind.INFORMATION,
        "asks_at": f"{now.astimezone(hours.zone):{SHAPE}}",
        "consents": [Channel.EMAIL],
        "status": Lead.Status.NEW,
    }
