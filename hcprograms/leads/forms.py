"""The form that an applicant fills in, built from what an institution publishes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import CallableChoiceIterator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hcprograms.catalog.states import STATES
from hcprograms.leads.consent_records import ShownConsent
from hcprograms.leads.form_builder import compose_fields, list_starts
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import FieldRule, InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.offerings import ChoiceGroups, name_offering
from hcprograms.leads.phone import clean_phone
from hcprograms.leads.questions import find_shown, keep_answers, name_field

DETAILS = (
    "name",
    "email",
    "phone",
    "best_time",
    "message",
    "education",
    "start_from",
    "country",
    "state",
    "military",
    "organisation",
    "people",
    "topics",
)
"""The fields of a lead that a visitor sets, and no others."""


class FieldGroup(NamedTuple):
    """Fields that stand together; a part of one question needs no heading."""

    legend: Any
    names: list[str]


class RequestForm(forms.Form):
    """What a person tells an institution. Standard questions follow the interest form's rules."""

    marks_optional = True
    TYPED = (*DETAILS, "offerings", *(f"consent_{channel}" for channel in Channel.values))
    """The names of all fields of ours that some form may have."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        form: InterestForm,
        consents: Sequence[ShownConsent],
        today: date,
        load_offerings: Callable[[], ChoiceGroups] = list,
        questions: Sequence[Question] = (),
        initial: Mapping[str, Any] | None = None,
        only: Collection[str] = (),
    ) -> None:
        """``load_offerings`` gives those to show.

        ``only`` keeps these fields of the form, for a person who corrects them later.
        """
        super().__init__(data, initial=dict(initial or {}))
        self.interest_form = form
        self.consents = consents
        self.questions = questions
        self.today = today
        self.load_offerings = load_offerings
        self.fields = compose_fields(form=form, consents=consents, questions=questions)
        if only:
            self.fields = {name: self.fields[name] for name in self.fields if name in only}
        if "country" in self.fields:
            self.initial.setdefault("country", str(form.institution.country))
        self._list_choices()

    def drop_empty_choices(self) -> None:
        """Call before the form is shown: a question without an answer to choose is left out."""
        if "offerings" in self.fields:
            widget: Any = self.fields["offerings"].widget
            widget.choices = list(widget.choices)
            if not widget.choices:
                del self.fields["offerings"]

    def _list_choices(self) -> None:
        """Let the fields list what differs from page to page; nothing is read before it is shown.

        A month that was chosen earlier stays in the list, although it is over by now.
        """
        chosen: dict[str, Callable[[], Iterable[tuple[Any, Any]]]] = {
            "offerings": lambda: _offer(self.load_offerings()),
            "start_from": lambda: list_starts(
                self.today, chosen=str(self["start_from"].value() or "")
            ),
        }
        for name in chosen.keys() & self.fields.keys():
            field: Any = self.fields[name]
            field.choices = field.widget.choices = CallableChoiceIterator(chosen[name])

    @property
    def _sends_results(self) -> bool:
        """Whether it only says where to send results: the person need not give a name."""
        return self.interest_form.kind == InterestForm.Kind.MATCH

    @classmethod
    def keeps(cls, name: str) -> bool:
        """Whether a posted field is one that some form asks for."""
        return name in cls.TYPED or name.startswith(name_field(""))

    def details(self) -> dict[str, Any]:
        """The fields of a lead, from the form's clean values; what was not asked stays empty."""
        details = {name: self.cleaned_data[name] for name in DETAILS if name in self.fields}
        if "name" in details:
            details["name"] = details["name"] or details.get("email", "")
        return details

    def extra_answers(self) -> list[dict[str, str]]:
        """Answers to the institution's own questions, with their wording."""
        return keep_answers(self.questions, self.cleaned_data)

    def ticked_consents(self) -> list[tuple[ShownConsent, bool]]:
        """Every box shown, with whether it was ticked."""
        return [(box, bool(self.cleaned_data[f"consent_{box.channel}"])) for box in self.consents]

    @property
    def helper(self) -> FormHelper:
        """The crispy layout; the ``<form>`` element, token and button stand in the template."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            HTML(format_html('<p class="hcp-small hcp-muted">{}</p>', _("* has to be filled in"))),
            *(
                Fieldset(one.legend, *one.names) if one.legend else Div(*one.names)
                for one in self.groups
            ),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_phone(cleaned)
        self._clean_state(cleaned)
        self._clean_questions(cleaned)
        return cleaned

    @property
    def groups(self) -> list[FieldGroup]:
        """The parts of the form, for its layout with and without crispy."""
        reach = [name for name in self.fields if name in ("name", "email", "phone", "best_time")]
        consents = [f"consent_{box.channel}" for box in self.consents]
        groups = [
            FieldGroup("", ["offerings"]),
            FieldGroup("" if self._sends_results else _("How we reach you"), reach),
            FieldGroup(_("The training"), ["organisation", "people", "topics"]),
            FieldGroup(_("About you"), ["education", "start_from", "country", "state", "military"]),
            FieldGroup(_("Further questions"), [name_field(one.key) for one in self.questions]),
            FieldGroup("", ["message"]),
            FieldGroup(_("Further contact, only if you wish"), consents),
        ]
        present = [one._replace(names=[n for n in one.names if n in self.fields]) for one in groups]
        return [one for one in present if one.names]

    def _clean_phone(self, cleaned: dict[str, Any]) -> None:
        if "phone" in self.errors or "phone" not in self.fields:
            return
        here = str(self.interest_form.institution.country or "US")
        regions = [str(cleaned.get("country") or here), here]
        if cleaned.get("phone"):
            try:
                cleaned["phone"] = clean_phone(cleaned["phone"], regions=regions)
            except ValidationError as error:
                self.add_error("phone", error)
        elif any(cleaned.get(f"consent_{one}") for one in (Channel.CALL, Channel.TEXT)):
            self.add_error(
                "phone",
                _("You agreed to be called or texted: give the number, or untick that box."),
            )

    def _clean_state(self, cleaned: dict[str, Any]) -> None:
        country, state = cleaned.get("country", ""), cleaned.get("state", "")
        if "state" not in self.fields or "state" in self.errors:
            return
        if state and not country:
            cleaned["country"] = "US"
        elif state and country != "US":
            self.add_error(
                "state",
                ValidationError(
                    _(
                        "%(state)s is not in %(country)s: choose the United States as country, or "
                        "leave the state empty."
                    ),
                    params={"state": STATES[state], "country": dict(countries)[country]},
                ),
            )
        elif country == "US" and not state and self._asks_for_state():
            self.add_error("state", _("Choose your state: what is open to you depends on it."))

    def _clean_questions(self, cleaned: dict[str, Any]) -> None:
        """What was not put counts for nothing; what was put may have to be answered."""
        shown = find_shown(self.questions, cleaned)
        for question in self.questions:
            name = name_field(question.key)
            if question not in shown:
                self.errors.pop(name, None)
                cleaned.pop(name, None)
            elif question.is_required and name in cleaned and cleaned[name] in (None, "", []):
                self.add_error(name, _("Please answer this question."))

    def _asks_for_state(self) -> bool:
        return self.interest_form.ask_state == FieldRule.REQUIRED


def _offer(groups: ChoiceGroups) -> list[tuple[Any, Any]]:
    """The offerings as choices of a field; those under a heading stay under it."""
    found: list[tuple[Any, Any]] = []
    for heading, offerings in groups:
        choices = [(str(one.public_id), name_offering(one)) for one in offerings]
        found += [(heading, choices)] if heading else choices
    return found
