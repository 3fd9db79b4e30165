"""What other systems send, by its shape; what it says is checked as the form checks it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from hcprograms.leads.arrivals import Arrival
from hcprograms.leads.campaign import CAMPAIGN_KEYS, make_printable, read_marks
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.visitor import Visitor
from hcprograms.matching.answer_formats import parse_answers
from hcprograms.matching.answers import AnswersError
from hcprograms.matching.engine import vocabulary

MAX_VALUES = 50


class Strict(serializers.Serializer[Any]):
    """Refuses keys that it does not know, and names them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {str(key): [_("This key is not known.")] for key in data.keys() - self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class ValueField(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, yes or no, or a list of texts: always read as a list of texts."""

    def to_internal_value(self, data: Any) -> list[str]:
        values = data if isinstance(data, list) else [data]
        if len(values) > MAX_VALUES or not all(isinstance(one, str | int) for one in values):
            raise serializers.ValidationError(_("Give a text, a number, or a list of texts."))
        return [_as_typed(one) for one in values]


def _as_typed(value: str | int) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


class BoxSerializer(Strict):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z")
    granted = serializers.BooleanField()


class VisitorSerializer(Strict):
    ip_address = serializers.IPAddressField(required=False, allow_null=True)
    user_agent = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    page_url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    language = serializers.CharField(required=False, allow_blank=True, max_length=10)


class ArrivalSerializer(Strict):
    """The body of a captured request."""

    id = serializers.UUIDField()
    fields_ = serializers.DictField(child=ValueField(), source="typed")
    consents = serializers.DictField(child=BoxSerializer(), required=False)
    answers = serializers.JSONField(required=False)
    visitor = VisitorSerializer(required=False)
    attribution = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500), required=False
    )

    def get_fields(self) -> Any:
        """“fields” is a word that serializers keep for themselves."""
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
        unknown = value.keys() - set(CAMPAIGN_KEYS)
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, [_("This key is not known.")]))
        return read_marks(value)


def read_arrival(body: Any) -> Arrival:
    """The request in a body. Raises DRF's ``ValidationError``, which names what is wrong."""
    serializer = ArrivalSerializer(data=body)
    serializer.is_valid(raise_exception=True)
    told = serializer.validated_data
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


def read_answers(value: Any) -> Any:
    """Checked Answers. Raises DRF's ``ValidationError`` by key."""
    try:
        return parse_answers(value, vocabulary=vocabulary())
    except AnswersError as error:
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            found.setdefault(problem.key or "answers", []).append(str(problem))
        raise serializers.ValidationError(found) from error
