"""The forms of a sequence and its steps: plain choices, and no sequence that breaks a promise."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.admin.fields import ChecklistField
from hcprograms.conf import conf
from hcprograms.followup.models import MessageTemplate, Sequence, SequenceStep
from hcprograms.followup.models.sequences import MOST_AMOUNT
from hcprograms.followup.models.templates import Kind
from hcprograms.followup.plan import describe_step
from hcprograms.followup.sequence_checks import find_flaws
from hcprograms.followup.step_words import say_flaw
from hcprograms.followup.steps import EMAIL, WEBHOOK, To
from hcprograms.institutions.admin.forms import ScopedInlineFormSet, ScopedModelForm
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead

STATUSES = [(one.value, one.label) for one in Lead.Status.list_open()]

FITTING = {
    "confirmation": {Kind.CONFIRMATION, Kind.OWN},
    "news": {Kind.OWN},
    "alert": {Kind.ALERT},
    "reminder": {Kind.REMINDER},
    "escalation": {Kind.ESCALATION},
}
"""What a step is → the kinds of text that it may have."""


class SequenceForm(ScopedModelForm):
    kinds = ChecklistField(
        choices=InterestForm.Kind.choices,
        label=_("Kinds of form"),
        help_text=_("None chosen: every kind that no other sequence is for."),
    )

    class Meta:
        model = Sequence
        fields = "__all__"  # noqa: DJ007 (the admin names them)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        institution = values.get("institution") or getattr(self.instance, "institution", None)
        if institution and values.get("is_active"):
            self.check_alone(values.get("kinds") or [], institution)
        return cleaned

    def check_alone(self, kinds: list[str], institution: Any) -> None:
        """Refuse a second active sequence for the same kind of form."""
        others = Sequence.objects.filter(institution=institution, is_active=True)
        for other in others.exclude(pk=self.instance.pk):
            if set(other.kinds) & set(kinds) or not (other.kinds or kinds):
                text = _("“%(name)s” is active for the same kind of form: end it first.")
                self.add_error("kinds", forms.ValidationError(text, params={"name": other.name}))


class StepForm(ScopedModelForm):
    amount = forms.IntegerField(label=_("After"), min_value=0, max_value=MOST_AMOUNT, initial=0)
    at = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("For days only."),
    )
    # Initial values as the model's: a blank form must not look changed.
    channel = forms.ChoiceField(label=_("By"), initial=EMAIL)
    template = forms.ChoiceField(label=_("Text"), required=False)
    statuses = ChecklistField(choices=STATUSES, label=_("Only while the status is"))
    templates: Any = ()
    """Texts that the person may choose; set by the admin."""

    class Meta:
        model = SequenceStep
        fields = "__all__"  # noqa: DJ007 (the admin names them)
        help_texts: ClassVar = {"position": "", "template": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.channel
        keys = dict.fromkeys([*conf.channels, kept])
        self.choose("channel", [(key, key) for key in keys])
        offered = [(one.key, name_text(one, self.templates)) for one in self.templates]
        own = self.instance.template
        missing = [(own, _("%(key)s (is gone)") % {"key": own})]
        gone = missing if own and own not in dict(offered) else []
        self.choose("template", [("", _("the standard text")), *offered, *gone])

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields.get(name)
        if field is not None:
            field.choices = choices

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        if values.get("to") == To.SYSTEM:
            values["channel"] = WEBHOOK  # there is no other way
        if values.get("channel") not in (None, *conf.channels):
            text = _("The site’s settings have no such channel any more.")
            self.add_error("channel", text)
        return cleaned


def name_text(one: MessageTemplate, among: Iterable[MessageTemplate]) -> str:
    """Its name and what it is for; whose it is where there are several institutions."""
    name = f"{one.name} ({one.get_kind_display()})"
    is_ours = len({each.institution_id for each in among}) < 2
    return name if is_ours else f"{one.institution}: {name}"


class StepFormSet(ScopedInlineFormSet):
    """Looks at the steps as a whole."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if self.is_kept(form)]
        if any(form.errors for form in self.forms):
            return
        kept.sort(key=lambda form: form.cleaned_data.get("position") or 0)
        steps = [
            describe_step(form.instance, programs=[one.pk for one in self.programs_of(form)])
            for form in kept
        ]
        flaws = [say_flaw(found, steps=steps) for found in find_flaws(steps)]
        if flaws:
            raise forms.ValidationError(flaws)
        self.check_texts(kept)

    def is_kept(self, form: Any) -> bool:
        values = getattr(form, "cleaned_data", {})
        is_there = form.instance.pk is not None or form.has_changed()
        return is_there and not values.get("DELETE")

    def programs_of(self, form: Any) -> Any:
        return form.cleaned_data.get("programs") or ()

    def check_texts(self, kept: list[Any]) -> None:
        """Each text must be the institution’s own, and for this kind of message."""
        owner: int = getattr(self.instance, "institution_id", None) or 0
        texts = MessageTemplate.objects.filter(institution_id=owner)
        kinds = dict(texts.values_list("key", "kind"))
        for form in kept:
            key, says = form.cleaned_data.get("template"), form.cleaned_data.get("says")
            if key and kinds.get(key) not in FITTING.get(says, ()):
                form.add_error("template", _("This text is for another kind of message."))
                raise forms.ValidationError(_("Look at the texts of the steps."))
