"""What the API says of forms: all that another system needs to ask for a person's interest."""

from collections.abc import Mapping
from typing import Any

from hcprograms.leads.asking import AskPage
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.questions import name_field

MAX_CHOICES = 300


def describe_form(form: InterestForm) -> dict[str, Any]:
    return {
        "id": str(form.public_id),
        "slug": form.slug,
        "kind": form.kind,
        "title": form.title,
        "version": form.version,
    }


def describe_page(page: AskPage) -> dict[str, Any]:
    """The form's fields, and the consent boxes with the very words that have to be shown."""
    questions = {name_field(one.key): one for one in page.questions}
    fields = page.blank_form().fields
    shown = {name: one for name, one in fields.items() if not name.startswith("consent_")}
    return {
        **describe_form(page.form),
        "fields": [_describe_field(name, one, questions) for name, one in shown.items()],
        "consents": [
            {
                "channel": box.channel,
                "version": box.version,
                "text": box.text,
                "sha256": box.sha256,
                "required": False,
            }
            for box in page.consents
        ],
    }


def _describe_field(name: str, field: Any, questions: Mapping[str, Question]) -> dict[str, Any]:
    question = questions.get(name)
    several = bool(getattr(field.widget, "allow_multiple_selected", False))
    choices = getattr(field, "choices", None) or getattr(field.widget, "choices", None) or ()
    told: dict[str, Any] = {
        "name": name,
        "label": str(field.label),
        "help": str(field.help_text),
        "required": field.required,
        "several": several,
        "max_length": getattr(field, "max_length", None),
        "choices": [
            {"value": str(key), "label": str(word)} for key, word in choices if str(key) != ""
        ][:MAX_CHOICES],
    }
    if question and question.show_when_key:
        told["only_if"] = {
            "field": name_field(question.show_when_key),
            "is": question.show_when_answer,
        }
    return told
