"""The matching form of the public pages: it is filled from an address."""

from collections.abc import Iterable
from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.matching.answer_form import AnswersForm
from hcprograms.matching.answers import INTEREST, Vocabulary
from hcprograms.matching.questions import SCALE, Group, country_choices, in_turn
from hcprograms.matching.widgets import Scale

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


class MatchForm(AnswersForm):
    """The questions with the texts of the catalog, in groups. A valid form has ``answers``."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        statements: Iterable[InterestStatement],
        roles: Iterable[CareerRole],
        vocabulary: Vocabulary,
        today: date,
    ) -> None:
        interests = {f"{INTEREST}{one.slug}": scale_for(one) for one in in_turn(statements)}
        super().__init__(data, vocabulary=vocabulary, interests=interests)
        self.today = today
        self.address = data if data is not None else QueryDict()
        self.statements = list(interests)
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
