"""The fields of a form, whatever the day and whoever fills it in."""

from collections.abc import Sequence

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.leads.choices import find_offerings
from hcprograms.leads.consent_records import ShownConsent
from hcprograms.leads.fields import OfferingsField
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.questions import make_field, name_field
from hcprograms.leads.standard import ask_background, ask_message, ask_person, ask_training

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
