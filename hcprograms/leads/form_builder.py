"""The fields of an interest form: standard ones as its rules say, consents and own questions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from hcprograms.catalog.models.choices import Education, Military
from hcprograms.catalog.months import list_months, name_month, validate_month
from hcprograms.catalog.states import STATES
from hcprograms.institutions.email_fields import EmailField
from hcprograms.institutions.models import Institution
from hcprograms.leads.consent_records import ShownConsent
from hcprograms.leads.fields import LineField, MessageField, OfferingsField, select_one
from hcprograms.leads.models.forms import FieldRule, InterestForm
from hcprograms.leads.models.lead import BestTime
from hcprograms.leads.models.questions import Question
from hcprograms.leads.offerings import find_offerings
from hcprograms.leads.questions import make_field, name_field

MAX_MESSAGE = 3_000
MAX_PEOPLE = 100_000


def ask_person(form: InterestForm) -> dict[str, forms.Field]:
    """Who is asking, and how to answer."""
    person: dict[str, forms.Field] = {
        "name": LineField(
            label=_("Your name"),
            max_length=300,
            widget=forms.TextInput({"autocomplete": "name", "autocapitalize": "words"}),
            error_messages={"required": _("Tell us your name, so that we know whom to answer.")},
        ),
        "email": EmailField(
            label=_("Email address"),
            max_length=254,
            widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
            error_messages={"required": _("Give your email address: the answer goes there.")},
        ),
    }
    if form.kind == InterestForm.Kind.MATCH:
        person = {"email": person["email"], "name": person["name"]}
        person["name"].required = person["name"].widget.is_required = False
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=60,
        help_text=_("With area code. From another country, start with + and its code."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Give a phone number that we can reach you at.")},
    )
    best_time = select_one(_("Best time to call"), BestTime.choices)
    no_phone = form.ask_phone == FieldRule.HIDDEN
    rules = {
        "phone": form.ask_phone,
        "best_time": FieldRule.HIDDEN if no_phone else form.ask_best_time,
    }
    return person | _follow(rules, {"phone": phone, "best_time": best_time})


def ask_background(form: InterestForm) -> dict[str, forms.Field]:
    """What decides which programs are open to somebody and when.

    A required state is asked of people in the US only, so the form itself sees to that.
    """
    start = select_one(_("When to start"), [], validate=validate_month)
    state_hidden = form.ask_state == FieldRule.HIDDEN
    rules = {
        "education": form.ask_education,
        "start_from": form.ask_start,
        "country": form.ask_state,
        "state": FieldRule.HIDDEN if state_hidden else FieldRule.OPTIONAL,
        "military": form.ask_military,
    }
    background = {
        "education": select_one(_("Highest education"), Education.choices),
        "start_from": start,
        "country": select_one(_("Country"), countries, "country", known=countries.countries),
        "state": select_one(
            _("State"),
            STATES.items(),
            "address-level1",
            known=STATES,
            help_text=_("In the US only."),
        ),
        "military": select_one(
            _("Military affiliation"),
            Military.choices,
            help_text=_("Some prices and programs are for service members and families."),
        ),
    }
    return _follow(rules, background)


def ask_training() -> dict[str, forms.Field]:
    """What training an organisation looks for, and for how many."""
    return {
        "organisation": LineField(
            label=_("Your organisation"),
            max_length=200,
            widget=forms.TextInput({"autocomplete": "organization"}),
            error_messages={"required": _("Tell us which organisation you ask for.")},
        ),
        "people": forms.IntegerField(
            label=_("How many people?"),
            min_value=1,
            max_value=MAX_PEOPLE,
            widget=forms.NumberInput({"inputmode": "numeric"}),
            help_text=_("Your best guess will do."),
            error_messages={
                "required": _("Say for how many people: a guess will do."),
                "invalid": _("Give a whole number, such as 25."),
            },
        ),
        "topics": MessageField(
            label=_("Which topics?"),
            required=False,
            max_length=MAX_MESSAGE,
            widget=forms.Textarea({"rows": 3}),
        ),
    }


def list_starts(today: date, *, chosen: str = "") -> list[tuple[str, Any]]:
    """The months to start in; one that was ``chosen`` earlier is among them, although it is over.

    What is no month is not.
    """
    coming = dict(list_months(first=today, count=24))
    name = name_month(chosen)
    past = [(chosen, name)] if name != chosen and chosen not in coming else []
    return [*past, ("", _("Not decided yet")), *coming.items()]


def ask_message() -> forms.Field:
    return MessageField(
        label=_("Message"),
        required=False,
        max_length=MAX_MESSAGE,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Anything you would like to know or that we should know."),
    )


def _follow(rules: Mapping[str, str], fields: Mapping[str, forms.Field]) -> dict[str, forms.Field]:
    """The fields that are asked, required or not, in their order."""
    asked = {name: field for name, field in fields.items() if rules[name] != FieldRule.HIDDEN}
    for name, field in asked.items():
        field.required = field.widget.is_required = rules[name] == FieldRule.REQUIRED
    return asked


Fields = dict[str, forms.Field]


def compose_fields(
    *,
    form: InterestForm,
    consents: Sequence[ShownConsent],
    questions: Sequence[Question],
) -> Fields:
    """Every field of the form in its order.

    The offerings to tick and the months to start in differ from page to page: the form adds them.
    """
    sends_results = form.kind == InterestForm.Kind.MATCH
    is_training = form.kind == InterestForm.Kind.TRAINING
    return {
        **({} if is_training or sends_results else _ask_offerings(form.institution)),
        **ask_person(form),
        **ask_background(form),
        **(ask_training() if is_training else {}),
        **{name_field(one.key): make_field(one, questions=questions) for one in questions},
        **({} if sends_results else {"message": ask_message()}),
        **{f"consent_{box.channel}": _ask_consent(box) for box in consents},
    }


def _ask_offerings(institution: Institution) -> Fields:
    return {
        "offerings": OfferingsField(
            find=lambda ids: find_offerings(institution=institution, public_ids=ids),
            required=False,
            label=_("Which programs interest you?"),
            help_text=_("Tick as many as you like."),
        )
    }


def _ask_consent(box: ShownConsent) -> forms.Field:
    # Escaped here: crispy's templates trust labels, and staff wrote this one.
    return forms.BooleanField(label=format_html("{}", box.text), required=False)
