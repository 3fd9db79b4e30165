"""The kinds of fields in public forms: each keeps only what is safe and says what to do."""

import uuid
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.leads.cleaning import clean_line, clean_paragraphs
from hcprograms.leads.offerings import MAX_ASKED, read_public_ids
from hcprograms.matching.widgets import FoldedBoxes

FindOfferings = Callable[[Sequence[uuid.UUID]], list[Offering]]


class LineField(forms.CharField):
    """One line of text without control characters."""

    def to_python(self, value: Any) -> str:
        return clean_line(str(super().to_python(value) or ""))


class MessageField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return clean_paragraphs(str(super().to_python(value) or ""))


class OfferingsField(forms.Field):
    """Offerings of the form's institution, whether or not this page happened to show them."""

    widget = FoldedBoxes
    choices: Iterable[tuple[Any, Any]] = ()
    """Template packs read them from the field, as of Django's own ChoiceField."""

    def __init__(self, *, find: FindOfferings, **kwargs: Any) -> None:
        self.find = find
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[Offering]:
        texts = [str(one) for one in value or [] if one]
        if len(texts) > MAX_ASKED:
            raise ValidationError(
                _("Choose at most %(most)d programs; name others in your message."),
                params={"most": MAX_ASKED},
            )
        found = self.find(read_public_ids(texts))
        if len(found) != len(set(texts)):
            raise ValidationError(
                _(
                    "One of these programs is not offered here any more. Look through the choices "
                    "and send the form again."
                ),
                code="invalid_choice",
            )
        return found


class WordField(forms.ChoiceField):
    """One of a list that is written out only where it is shown: checking looks the value up."""

    def __init__(self, *, known: Container[str], **kwargs: Any) -> None:
        self.known = known
        super().__init__(**kwargs)

    def valid_value(self, value: Any) -> bool:
        return value in self.known


def select_one(
    label: Any,
    choices: Iterable[tuple[Any, Any]],
    autocomplete: str = "",
    *,
    known: Container[str] | None = None,
    help_text: Any = "",
    validate: Callable[[str], None] | None = None,
) -> forms.Field:
    """A list to choose one from, with an empty first line. ``known``: its keys, if at hand."""
    attrs = {"autocomplete": autocomplete} if autocomplete else {}
    errors = {
        "required": _("Choose one."),
        "invalid_choice": _("Choose one from the list."),
    }
    widget = forms.Select(attrs)
    if validate:
        return forms.CharField(
            label=label,
            max_length=7,
            widget=widget,
            validators=[validate],
            help_text=help_text,
            error_messages=errors,
        )
    return WordField(
        known={key for key, _word in choices} if known is None else known,
        label=label,
        choices=lambda: [("", _("Choose …")), *((key, capfirst(word)) for key, word in choices)],
        widget=widget,
        help_text=help_text,
        error_messages=errors,
    )
