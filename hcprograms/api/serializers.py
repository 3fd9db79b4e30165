"""What the API reads and writes, as JSON. The form checks what a person says, as on the site."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from hcprograms.leads.arrivals import Arrival
from hcprograms.leads.attribution import CAMPAIGN_KEYS, make_printable, read_marks
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.open_forms import OpenForm
from hcprograms.leads.questions import name_field
from hcprograms.leads.visitor import Visitor
from hcprograms.matching.answer_formats import parse_answers
from hcprograms.matching.answers import Answers, AnswersError
from hcprograms.matching.engine import vocabulary

MAX_VALUES = 50
MAX_CHOICES = 300


class FormSerializer(serializers.ModelSerializer[InterestForm]):
    """An interest form, as the list has it."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = InterestForm
        fields = ("id", "slug", "kind", "title", "version")


def serialize_form(page: OpenForm) -> dict[str, Any]:
    """The form with its fields, and the consent boxes with the exact text that must be shown."""
    questions = {name_field(one.key): one for one in page.questions}
    fields = page.blank_form().fields
    return {
        **FormSerializer(page.form).data,
        "fields": [
            serialize_field(name, field, questions.get(name))
            for name, field in fields.items()
            if not name.startswith("consent_")
        ],
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


def serialize_field(name: str, field: Any, question: Question | None) -> dict[str, Any]:
    """One field of the form, with ``only_if`` where it depends on another's answer."""
    choices = getattr(field, "choices", None) or getattr(field.widget, "choices", None) or ()
    told: dict[str, Any] = {
        "name": name,
        "label": str(field.label),
        "help": str(field.help_text),
        "required": field.required,
        "several": bool(getattr(field.widget, "allow_multiple_selected", False)),
        "max_length": getattr(field, "max_length", None),
        "choices": [
            {"value": str(key), "label": str(label)} for key, label in choices if str(key) != ""
        ][:MAX_CHOICES],
    }
    if question and question.show_when_key:
        told["only_if"] = {
            "field": name_field(question.show_when_key),
            "is": question.show_when_answer,
        }
    return told


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses keys that it does not know, and names them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, known=self.fields)
        return super().to_internal_value(data)


def refuse_unknown(data: Mapping[str, Any], *, known: Any) -> None:
    """Raise ``ValidationError`` with every key of ``data`` that is not among these."""
    unknown = {str(key): [_("This key is not known.")] for key in data if key not in known}
    if unknown:
        raise serializers.ValidationError(unknown)


class ValuesField(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, yes or no, or a list of them: always read as a list of texts."""

    def to_internal_value(self, data: Any) -> list[str]:
        values = data if isinstance(data, list) else [data]
        if len(values) > MAX_VALUES or not all(isinstance(one, str | int) for one in values):
            raise serializers.ValidationError(_("Give a text, a number, or a list of texts."))
        words = {True: "yes", False: "no"}
        return [words[one] if isinstance(one, bool) else str(one) for one in values]


class ConsentSerializer(StrictSerializer):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z")
    granted = serializers.BooleanField()


class VisitorSerializer(StrictSerializer):
    ip_address = serializers.IPAddressField(required=False, allow_null=True)
    user_agent = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    page_url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    language = serializers.CharField(required=False, allow_blank=True, max_length=10)


class SubmissionSerializer(StrictSerializer):
    """The body of a captured request."""

    id = serializers.UUIDField()
    fields_ = serializers.DictField(child=ValuesField(), source="typed")
    consents = serializers.DictField(child=ConsentSerializer(), required=False)
    answers = serializers.JSONField(required=False)
    visitor = VisitorSerializer(required=False)
    attribution = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500), required=False
    )

    def get_fields(self) -> Any:
        # “fields” is the key in the contract, and an attribute of every serializer.
        found = super().get_fields()
        return {("fields" if name == "fields_" else name): one for name, one in found.items()}

    def validate_consents(self, value: Any) -> Any:
        unknown = value.keys() - set(Channel.values)
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, [_("No such channel.")]))
        return value

    def validate_answers(self, value: Any) -> Any:
        return read_answers(value).as_dict()

    def validate_attribution(self, value: Any) -> Any:
        refuse_unknown(value, known=CAMPAIGN_KEYS)
        return read_marks(value)

    def build_arrival(self) -> Arrival:
        """The request in a valid body."""
        told = self.validated_data
        visitor = told.get("visitor", {})
        return Arrival(
            id=told["id"],
            typed=told["typed"],
            boxes={
                channel: (box["sha256"], box["granted"])
                for channel, box in told.get("consents", {}).items()
            },
            answers=told.get("answers", {}),
            visitor=Visitor(
                ip_address=visitor.get("ip_address"),
                user_agent=make_printable(visitor.get("user_agent", ""), 300),
                page_url=make_printable(visitor.get("page_url", ""), 500),
                language=visitor.get("language", ""),
                attribution=told.get("attribution", {}),
            ),
        )


def read_answers(value: Any) -> Answers:
    """Answers in the JSON contract's shape. Raises DRF's ``ValidationError``, key by key."""
    try:
        return parse_answers(value, vocabulary=vocabulary())
    except AnswersError as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            found.setdefault(problem.key or "answers", []).append(str(problem))
        raise serializers.ValidationError(found) from error
