"""The questions of the matching and the only validation of what is answered to them.

The public page, the API, the commands, shared addresses and stored answers all use this form.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.choices import Delivery, Level
from hcprograms.catalog.states import STATES
from hcprograms.matching.answers import (
    DELIVERIES,
    INTEREST,
    LEVELS,
    MAX_BUDGET,
    MAX_MONTHS,
    MAX_ROLES,
    MAX_TRANSFER_CREDITS,
    Answers,
    Vocabulary,
)
from hcprograms.matching.fields import (
    ListField,
    MilitaryField,
    MoneyField,
    MonthField,
    WholeField,
)
from hcprograms.matching.questions import CAHME, EDUCATION, MILITARY, SCALE
from hcprograms.matching.widgets import Boxes, Dots, PlainSelect, SearchableBoxes

HOME = "US"
"""The country of those who name a state and no country."""


class AnswersForm(forms.Form):
    """Every question is optional. A valid form has ``answers``.

    Each interest statement is a field of its own, ``interest_<slug>``.
    """

    answers: Answers

    education = forms.ChoiceField(
        label=_("Your education so far"), choices=EDUCATION, required=False
    )
    levels = ListField(
        label=_("What do you want to earn?"),
        help_text=_("Tick as many as you like. None ticked: whatever is the next sensible step."),
        choices=[(value, capfirst(label)) for value, label in Level.choices],
        max_values=len(LEVELS),
        widget=Boxes,
        required=False,
    )
    roles = ListField(
        label=_("Jobs you can see yourself in"),
        help_text=_("Up to 20. Leave it open if you do not know yet."),
        max_values=MAX_ROLES,
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
    delivery = ListField(
        label=_("How would you like to study?"),
        choices=[(value, capfirst(label)) for value, label in Delivery.choices if value],
        max_values=len(DELIVERIES),
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
    # As it was given: a slug has no spaces, and one with spaces is the slug of nothing.
    institution = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=120, strip=False
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        vocabulary: Vocabulary,
        interests: Mapping[str, forms.ChoiceField] | None = None,
    ) -> None:
        """``interests``: the fields of the statements, instead of all that are known."""
        super().__init__(data, label_suffix="")
        self.vocabulary = vocabulary
        if interests is None:
            interests = {
                f"{INTEREST}{slug}": forms.ChoiceField(choices=SCALE, required=False)
                for slug in sorted(vocabulary.statements)
            }
        self.fields = {**interests, **self.fields}
        # As functions: most answers name neither, and Django copies long lists several times.
        self.fields["roles"].choices = lambda: [(one, one) for one in vocabulary.roles]  # type: ignore[attr-defined]
        self.fields["country"].choices = lambda: [(one, one) for one in vocabulary.countries]  # type: ignore[attr-defined]

    def clean_institution(self) -> str:
        slug: str = self.cleaned_data["institution"]
        if slug and slug not in self.vocabulary.institutions:
            raise ValidationError(
                _("“%(value)s” is not an institution here: give its slug."),
                code="invalid_choice",
                params={"value": slug},
            )
        return slug

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._validate_window(values)
        self._validate_state(values)
        if not self.errors:
            self.answers = _build_answers(values)
        return values

    def _validate_window(self, values: Mapping[str, Any]) -> None:
        first, last = values.get("start_from"), values.get("start_by")
        if first and last and last < first:
            self.add_error(
                "start_by",
                ValidationError(
                    _("This is before the earliest start. Choose a later month, or none."),
                    code="before_start",
                    params={"start": first, "value": last},
                ),
            )

    def _validate_state(self, values: Mapping[str, Any]) -> None:
        state, country = values.get("state"), values.get("country") or HOME
        if not state or "country" in self.errors:
            return
        known = self.vocabulary.states.get(country)
        if known is None:
            self.add_error(
                "state",
                ValidationError(
                    _("This is a state of the United States. Leave it out, or the country."),
                    code="abroad",
                    params={"country": country},
                ),
            )
        elif state not in known:
            self.add_error(
                "state",
                ValidationError(
                    self.fields["state"].error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": state},
                ),
            )


def _build_answers(values: Mapping[str, Any]) -> Answers:
    """The answers that a valid form's values give; what is empty says nothing."""
    given = {key: value for key, value in values.items() if value not in ("", None, [])}
    interests = {
        key.removeprefix(INTEREST): int(given.pop(key))
        for key in list(given)
        if key.startswith(INTEREST)
    }
    # Equal answers are equal however they were ticked: a shared address is the same for both.
    for key, order in (("levels", LEVELS), ("delivery", DELIVERIES)):
        if key in given:
            given[key] = sorted(given[key], key=order.index)
    lists = {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
    return Answers(**given | lists, interests=tuple(sorted(interests.items())))
