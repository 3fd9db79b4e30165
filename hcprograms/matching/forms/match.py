"""The matching form: it asks for Answers and is filled from an address."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Delivery, Level
from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.catalog.states import STATES
from hcprograms.matching.address import INTEREST, as_mapping
from hcprograms.matching.answers import Answers, AnswersError, parse_answers
from hcprograms.matching.fields import MilitaryField, MoneyField, MonthField, WholeField
from hcprograms.matching.questions import (
    CAHME,
    EDUCATION,
    MILITARY,
    SCALE,
    Group,
    country_choices,
    in_turn,
)
from hcprograms.matching.widgets import Boxes, Dots, PlainSelect, Scale, SearchableBoxes
from hcprograms.matching.words import (
    MAX_BUDGET,
    MAX_MONTHS,
    MAX_TRANSFER_CREDITS,
    Vocabulary,
)

FILTERS = (
    "levels",
    "delivery",
    "state",
    "budget_total",
    "max_months",
    "start_from",
    "start_by",
    "cahme",
)


class MatchForm(forms.Form):
    """Every question is optional. A valid form has ``answers``."""

    answers: Answers

    education = forms.ChoiceField(
        label=_("Your education so far"), choices=EDUCATION, required=False
    )
    levels = forms.MultipleChoiceField(
        label=_("What do you want to earn?"),
        help_text=_("Tick as many as you like. None ticked: whatever is the next sensible step."),
        choices=[(value, capfirst(label)) for value, label in Level.choices],
        widget=Boxes,
        required=False,
    )
    roles = forms.MultipleChoiceField(
        label=_("Jobs you can see yourself in"),
        help_text=_("Up to 20. Leave it open if you do not know yet."),
        widget=SearchableBoxes(
            summary=_("Choose from the list of jobs"), search_label=_("Search for a job")
        ),
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State you live in"),
        help_text=_("Not every program may enrol people from every state."),
        choices=[("", _("Choose …")), *STATES.items()],
        widget=PlainSelect,
        required=False,
    )
    country = forms.ChoiceField(label=_("Country you live in"), widget=PlainSelect, required=False)
    delivery = forms.MultipleChoiceField(
        label=_("How would you like to study?"),
        choices=[(value, capfirst(label)) for value, label in Delivery.choices if value],
        widget=Boxes,
        required=False,
    )
    start_from = MonthField(
        label=_("Start not before"), empty_label=_("As soon as possible"), required=False
    )
    start_by = MonthField(label=_("Start not after"), empty_label=_("Any time"), required=False)
    budget_total = MoneyField(
        label=_("Most you can spend on the whole program"),
        help_text=_("Tuition and fees in US dollars, such as 40,000."),
        min_value=0,
        max_value=MAX_BUDGET,
        required=False,
    )
    max_months = WholeField(
        label=_("Longest time to finish, in months"),
        help_text=_("Such as 24 for two years."),
        min_value=1,
        max_value=MAX_MONTHS,
        required=False,
    )
    cahme = forms.ChoiceField(
        label=_("Accreditation by CAHME"),
        help_text=_(
            "CAHME accredits master’s programs in healthcare management, nothing below that level."
        ),
        choices=CAHME,
        widget=Dots,
        required=False,
    )
    military = MilitaryField(
        label=_("Military service"),
        help_text=_("Some schools have another price for it."),
        choices=MILITARY,
        required=False,
    )
    transfer_credits = WholeField(
        label=_("College credits you could bring along"),
        help_text=_("They can make a program cheaper. 0 if you have none."),
        min_value=0,
        max_value=MAX_TRANSFER_CREDITS,
        required=False,
    )
    institution = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        statements: Iterable[InterestStatement],
        roles: Iterable[CareerRole],
        vocabulary: Vocabulary,
        today: date,
    ) -> None:
        super().__init__(data, label_suffix="")
        self.vocabulary = vocabulary
        self.today = today
        self.address = data if data is not None else QueryDict()
        scales = {f"{INTEREST}{one.slug}": scale_for(one) for one in in_turn(statements)}
        self.statements = list(scales)
        self.fields = scales | self.fields
        self.fields["roles"].choices = [(role.slug, role.title) for role in roles]  # type: ignore[attr-defined]
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        for name in ("start_from", "start_by"):
            chosen = data.getlist(name)[-1:] if data else []
            self.fields[name].offer(today=today, chosen=chosen)  # type: ignore[attr-defined]
        if not (data and data.get("institution")):
            del self.fields["institution"]
        _word_errors(self.fields.values())

    def show(self, data: QueryDict) -> None:
        """Show these values instead of what was typed: the same answers, tidied up."""
        self.data = self.address = data

    @property
    def render_key(self) -> Hashable:
        """All that an empty form's page depends on."""
        texts = tuple((name, str(self.fields[name].label)) for name in self.statements)
        return texts, tuple(self.fields["roles"].choices), self.today.replace(day=1)  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[Group]:
        """The questions in the order they are asked."""
        half = (len(self.statements) + 1) // 2
        intro = _("How much does each sentence sound like you? Skip what you cannot say.")
        return [
            Group(_("What you like to do"), intro, self.statements[:half]),
            Group(_("What else you like to do"), intro, self.statements[half:]),
            Group(
                _("You and your goal"),
                _("All of this is optional."),
                ("education", "levels", "roles"),
            ),
            Group(
                _("Where, when, and for how much"),
                _(
                    "Say only what must be. Programs that are known not to fit are left out. Those"
                    " that do not publish enough to say are listed separately."
                ),
                (
                    "state",
                    "country",
                    "delivery",
                    "start_from",
                    "start_by",
                    "budget_total",
                    "max_months",
                ),
            ),
            Group(
                _("Worth knowing, if it applies to you"),
                "",
                ("cahme", "military", "transfer_credits"),
            ),
        ]

    @property
    def filters(self) -> list[forms.BoundField]:
        """The musts: what the results page lets one change in place."""
        return [self[name] for name in FILTERS]

    @property
    def others(self) -> list[tuple[str, str]]:
        """The rest of the answers, for hidden inputs beside the filters."""
        return [
            (name, value)
            for name in self.fields
            if name not in FILTERS
            for value in self.address.getlist(name)
            if value
        ]

    @property
    def helper(self) -> FormHelper:
        """Crispy's view of the groups."""
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(*map(_fieldset, self.groups))
        if "institution" in self.fields:
            helper.layout.append("institution")
        return helper

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._compare(values)
        if not self.errors:
            self._read_answers(values)
        return values

    def _compare(self, values: Mapping[str, Any]) -> None:
        first, last = values.get("start_from"), values.get("start_by")
        if first and last and last < first:
            self.add_error(
                "start_by", _("This is before the earliest start. Choose a later month, or none.")
            )
        if values.get("state") and values.get("country") not in (None, "", "US"):
            self.add_error(
                "state", _("This is a state of the United States. Leave it out, or the country.")
            )

    def _read_answers(self, values: Mapping[str, Any]) -> None:
        try:
            self.answers = parse_answers(as_mapping(values), vocabulary=self.vocabulary)
        except AnswersError as error:
            for problem in error.problems:
                name = problem.key.replace("interests.", INTEREST)
                self.add_error(name if name in self.fields else None, str(problem.text))


def scale_for(statement: InterestStatement) -> forms.ChoiceField:
    """The question how much a sentence sounds like the visitor."""
    return forms.ChoiceField(label=statement.text, choices=SCALE, widget=Scale, required=False)


def _fieldset(group: Group) -> Fieldset:
    intro = format_html('<p class="hcp-help">{}</p>', group.intro) if group.intro else ""
    return Fieldset(str(group.legend), HTML(intro), *group.names, css_class="hcp-group")


def _word_errors(fields: Iterable[forms.Field]) -> None:
    """Say what to do, not what went wrong inside."""
    for field in fields:
        if isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField)):
            field.error_messages["invalid_choice"] = _("Choose from the answers listed.")
        elif isinstance(field, forms.IntegerField):
            field.error_messages |= {
                "invalid": _("Write a whole number, such as 24."),
                "min_value": _("Write %(limit_value)s or more."),
                "max_value": _("Write %(limit_value)s or less."),
            }
