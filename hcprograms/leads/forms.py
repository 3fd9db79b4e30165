"""The form that an applicant fills in, built from what an institution publishes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import CallableChoiceIterator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.states import STATES
from hcprograms.leads.choices import name_offering
from hcprograms.leads.cleaning import clean_phone
from hcprograms.leads.fields import (
    EmailField,
    LineField,
    MessageField,
    OfferingsField,
    select_one,
)
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import FieldRule, InterestForm
from hcprograms.leads.models.lead import BestTime, Education, Military
from hcprograms.leads.months import list_months, validate_month
from hcprograms.leads.wording import ShownConsent

MAX_MESSAGE = 3_000
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
)
"""The fields of a lead that a visitor sets, and no others."""


class RequestForm(forms.Form):
    """What a person tells an institution. Standard questions follow the interest form's rules."""

    marks_optional = True
    TYPED = (*DETAILS, "offerings", *(f"consent_{channel}" for channel in Channel.values))
    """The names of all fields that some form may have."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        form: InterestForm,
        consents: Sequence[ShownConsent],
        today: date,
        load_offerings: Callable[[], Sequence[Offering]] = list,
        initial: Mapping[str, Any] | None = None,
        only: Collection[str] = (),
    ) -> None:
        """``only`` keeps these fields of the form, for a person who corrects them later."""
        super().__init__(data, initial=dict(initial or {}))
        self.interest_form = form
        self.consents = consents
        self._add_offerings(load_offerings)
        self._add_person()
        self._add_background(today)
        self._add_consents()
        if only:
            self.fields = {name: self.fields[name] for name in self.fields if name in only}

    def details(self) -> dict[str, str]:
        """The fields of a lead, from the form's clean values; what was not asked stays empty."""
        return {name: self.cleaned_data[name] for name in DETAILS if name in self.fields}

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
            *(Fieldset(title, *names) if title else Div(*names) for title, names in self._groups()),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_phone(cleaned)
        self._clean_state(cleaned)
        return cleaned

    def _add_offerings(self, load_offerings: Callable[[], Sequence[Offering]]) -> None:
        if self.interest_form.kind == InterestForm.Kind.TRAINING:
            return

        def choices() -> Iterable[tuple[str, str]]:
            return [(str(one.public_id), name_offering(one)) for one in load_offerings()]

        self.fields["offerings"] = OfferingsField(
            form=self.interest_form,
            required=False,
            label=_("Which programs interest you?"),
            help_text=_("Tick as many as you like."),
            widget=forms.CheckboxSelectMultiple(choices=CallableChoiceIterator(choices)),
        )

    def _add_person(self) -> None:
        self.fields["name"] = LineField(
            label=_("Your name"),
            max_length=300,
            widget=forms.TextInput({"autocomplete": "name", "autocapitalize": "words"}),
            error_messages={"required": _("Tell us your name, so that we know whom to answer.")},
        )
        self.fields["email"] = EmailField(
            label=_("Email address"),
            max_length=254,
            widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
            error_messages={"required": _("Give your email address: the answer goes there.")},
        )
        self._add(
            "phone",
            self.interest_form.ask_phone,
            forms.CharField(
                label=_("Phone number"),
                max_length=60,
                help_text=_("With area code. From another country, start with + and its code."),
                widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
                error_messages={"required": _("Give a phone number that we can reach you at.")},
            ),
        )
        if "phone" in self.fields:
            self._add(
                "best_time",
                self.interest_form.ask_best_time,
                select_one(_("Best time to call"), BestTime.choices),
            )
        self.fields["message"] = MessageField(
            label=_("Message"),
            required=False,
            max_length=MAX_MESSAGE,
            widget=forms.Textarea({"rows": 4}),
            help_text=_("Anything you would like to know or that we should know."),
        )

    def _add_background(self, today: date) -> None:
        form = self.interest_form
        self._add(
            "education", form.ask_education, select_one(_("Highest education"), Education.choices)
        )
        self._add(
            "start_from",
            form.ask_start,
            select_one(_("When to start"), [], validate=validate_month),
        )
        if "start_from" in self.fields:
            self.fields["start_from"].widget.choices = [
                ("", _("Not decided yet")),
                *list_months(first=today, count=24),
            ]
        self._add("country", form.ask_state, select_one(_("Country"), countries, "country"))
        self._add(
            "state",
            FieldRule.OPTIONAL if form.ask_state == FieldRule.REQUIRED else form.ask_state,
            select_one(
                _("State"), STATES.items(), "address-level1", help_text=_("In the US only.")
            ),
        )
        if "country" in self.fields:
            self.initial.setdefault("country", str(form.institution.country))
        self._add(
            "military",
            form.ask_military,
            select_one(
                _("Military affiliation"),
                Military.choices,
                help_text=_("Some prices and programs are for service members and families."),
            ),
        )

    def _add_consents(self) -> None:
        for box in self.consents:
            # Escaped here: crispy's templates trust labels, and staff wrote this one.
            self.fields[f"consent_{box.channel}"] = forms.BooleanField(
                label=format_html("{}", box.text), required=False
            )

    def _add(self, name: str, rule: str, field: forms.Field) -> None:
        if rule != FieldRule.HIDDEN:
            field.required = field.widget.is_required = rule == FieldRule.REQUIRED
            self.fields[name] = field

    def _groups(self) -> list[tuple[Any, list[str]]]:
        """Title and fields of each part of the form; a part of one question needs no title."""
        groups: list[tuple[Any, list[str]]] = [
            ("", ["offerings"]),
            (_("How we reach you"), ["name", "email", "phone", "best_time"]),
            (_("About you"), ["education", "start_from", "country", "state", "military"]),
            ("", ["message"]),
            (
                _("Further contact, only if you wish"),
                [f"consent_{box.channel}" for box in self.consents],
            ),
        ]
        present = [(title, [n for n in names if n in self.fields]) for title, names in groups]
        return [(title, names) for title, names in present if names]

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

    def _asks_for_state(self) -> bool:
        return self.interest_form.ask_state == FieldRule.REQUIRED
