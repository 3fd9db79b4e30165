"""An institution's own questions in a form: as fields, under conditions, and kept with wording."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.fields import LineField, MessageField, select_one
from hcprograms.leads.file_fields import describe_limits, make_file_field
from hcprograms.leads.models.questions import Question

Kind = Question.Kind
YES_NO = (("yes", _("Yes")), ("no", _("No")))
MAX_TEXT = 300
MAX_LONG_TEXT = 3_000
MAX_NUMBER = 1_000_000_000


def name_field(key: str) -> str:
    """The name of a question's field: no key can collide with a field of ours."""
    return f"q_{key}"


def make_field(question: Question, *, questions: Sequence[Question]) -> forms.Field:
    """The field that asks the question. Whether it has to be answered depends on its condition."""
    is_conditional = any(one.key == question.show_when_key for one in questions)
    field = _plain_field(question)
    # Escaped here: form templates trust labels and help, and staff wrote these.
    field.label = format_html("{}", question.label)
    field.required = field.widget.is_required = question.is_required and not is_conditional
    field.help_text = format_html("{}", _explain(question, questions))
    if is_conditional:
        field.widget.attrs["data-hcp-when"] = name_field(question.show_when_key)
        field.widget.attrs["data-hcp-answer"] = question.show_when_answer
    return field


def find_shown(questions: Sequence[Question], values: Mapping[str, Any]) -> list[Question]:
    """The questions whose condition holds, given clean values by field name.

    One that depends on a question that the form no longer has is put to everybody.
    """
    keys = {question.key for question in questions}
    shown: dict[str, Question] = {}
    for question in questions:
        if question.show_when_key not in keys or _holds(question, shown, values):
            shown[question.key] = question
    return list(shown.values())


def keep_answers(questions: Sequence[Question], values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Key, wording of the day and answer in words, for each question that was put and answered."""
    kept = []
    for question in find_shown(questions, values):
        answer = _say(values.get(name_field(question.key)))
        if answer:
            kept.append({"key": question.key, "question": question.label, "answer": answer})
    return kept


def _plain_field(question: Question) -> forms.Field:
    options = [(option, option) for option in question.option_list]
    match question.kind:
        case Kind.LONG_TEXT:
            return MessageField(max_length=MAX_LONG_TEXT, widget=forms.Textarea({"rows": 4}))
        case Kind.CHOICE:
            return select_one("", options)
        case Kind.CHOICES:
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple())
        case Kind.NUMBER:
            return forms.IntegerField(
                min_value=0,
                max_value=MAX_NUMBER,
                widget=forms.NumberInput({"inputmode": "numeric"}),
                error_messages={"invalid": _("Give a whole number, such as 25.")},
            )
        case Kind.DATE:
            return forms.DateField(
                widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
                error_messages={"invalid": _("Give a date, such as 2027-01-31.")},
            )
        case Kind.FILE:
            return make_file_field(question)
        case Kind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect())
    return LineField(max_length=MAX_TEXT)


def _explain(question: Question, questions: Sequence[Question]) -> str:
    """The help, and the condition in words for those who see every question at once."""
    asked = {one.key: one.label for one in questions}
    help_text = question.help_text
    if question.kind == Kind.FILE:
        help_text = f"{help_text} {describe_limits(question)}".strip()
    if question.show_when_key not in asked:
        return help_text
    condition = _("Only if you answered “%(answer)s” to “%(question)s”.") % {
        "answer": question.show_when_answer,
        "question": asked[question.show_when_key],
    }
    return f"{condition} {help_text}".strip()


def _holds(question: Question, shown: Mapping[str, Question], values: Mapping[str, Any]) -> bool:
    if question.show_when_key not in shown:
        return False
    given = values.get(name_field(question.show_when_key))
    answers = given if isinstance(given, list) else [given]
    return question.show_when_answer in answers


def _say(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return "" if value is None else str(value)
