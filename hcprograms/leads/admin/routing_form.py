"""The form of a routing rule: lists as people type them, and no rule that can never apply."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hcprograms.catalog.admin.fields import ChecklistField
from hcprograms.catalog.models.choices import Military
from hcprograms.catalog.models.programs import Level, Program
from hcprograms.catalog.states import STATES
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.leads.assignment import ANSWERING_ROLES, build_rule, list_rules
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.routing import RoutingRule
from hcprograms.leads.routing import RuleFlaw, find_flaw

FLAWS = {
    RuleFlaw.LEVEL_OF_NO_PROGRAM: (
        "levels",
        _("None of the chosen programs has one of these levels."),
    ),
    RuleFlaw.STATE_OUTSIDE_COUNTRIES: (
        "countries",
        _("These states are in the US: add US, or none."),
    ),
}


class CodesField(forms.CharField):
    """Several codes in one line, separated by commas or spaces; each must be known."""

    def __init__(self, *, known: Iterable[str], upper: bool = True, **kwargs: Any) -> None:
        self.known, self.upper = set(known), upper
        super().__init__(**{"required": False, "max_length": 400} | kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
        return list(dict.fromkeys(one.upper() if self.upper else one.lower() for one in words))

    def validate(self, value: Any) -> None:
        unknown = [one for one in value if one not in self.known]
        if unknown:
            raise forms.ValidationError(_("Unknown: %(codes)s") % {"codes": ", ".join(unknown)})

    def run_validators(self, value: Any) -> None:
        """The length of the text does not matter once it is a list."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or []) != self.to_python(data))


class RoutingRuleForm(ScopedModelForm):
    levels = ChecklistField(choices=Level.choices, label=_("Levels"))
    kinds = ChecklistField(choices=InterestForm.Kind.choices, label=_("Kinds of form"))
    military = ChecklistField(choices=Military.choices, label=_("Military affiliation"))
    states = CodesField(
        known=STATES, label=_("States"), help_text=_("Postal codes, such as TX, NM.")
    )
    countries = CodesField(
        known=[code for code, _name in countries], label=_("Countries"), help_text="US, CA"
    )
    languages = CodesField(
        known=[code for code, _name in settings.LANGUAGES],
        upper=False,
        label=_("Languages"),
        help_text=_("Of the page that the person asked on: es, pt-br."),
    )

    class Meta:
        model = RoutingRule
        fields = "__all__"  # noqa: DJ007 (the admin names them)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        silent = [
            one
            for one in values.get("advisors") or ()
            if not one.is_active or not one.user.is_active or one.role not in ANSWERING_ROLES
        ]
        if silent:
            names = ", ".join(one.display_name for one in silent)
            self.add_error("advisors", _("Cannot answer leads: %(who)s.") % {"who": names})
        institution = values.get("institution") or getattr(self.instance, "institution", None)
        if institution and not self.errors and values.get("is_active"):
            self.check_reach(values, institution)
        return cleaned

    def check_reach(self, values: dict[str, Any], institution: Any) -> None:
        """Refuse a rule to which no lead can ever come."""
        programs = list(values.get("programs") or ())
        level_of = dict(
            Program.objects.filter(institution=institution).values_list("pk", "level")
        ).get
        lists = {name: values[name] for name in LISTS}
        row = RoutingRule(pk=self.instance.pk, name=values["name"], how=values["how"], **lists)
        mine = build_rule(row, programs=[one.pk for one in programs], advisors=[])
        place = (values["position"], self.instance.pk or 10**12)
        earlier = [
            rule for rule, position in self.other_rules(institution) if (position, rule.id) < place
        ]
        found = find_flaw(mine.conditions, earlier=earlier, level_of=lambda pk: level_of(pk) or "")
        if found is None:
            return
        if found.by is not None:
            text = _("Never reached: “%(rule)s” comes first and takes all of these leads.")
            self.add_error("position", text % {"rule": found.by.name})
        else:
            self.add_error(*FLAWS[found.flaw])

    def other_rules(self, institution: Any) -> list[tuple[Any, int]]:
        positions = dict(
            RoutingRule.objects.filter(institution=institution).values_list("pk", "position")
        )
        rules = list_rules(institution=institution)
        return [(rule, positions[rule.id]) for rule in rules if rule.id != self.instance.pk]


LISTS = ("levels", "states", "countries", "kinds", "military", "languages")
