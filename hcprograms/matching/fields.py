"""Fields of the matching form that forgive how people write."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.months import MONTH, list_months, name_month
from hcprograms.matching.widgets import PlainSelect

MONTHS_AHEAD = 36


class WholeField(forms.IntegerField):
    """A whole number in a text field: what cannot be read stays there to be put right."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}


class MoneyField(WholeField):
    """Whole dollars, however written: ``40000``, ``$40,000``, ``40k``."""

    def to_python(self, value: Any) -> int | None:
        """Drop what people put around and between digits. Raises ``ValidationError``."""
        if isinstance(value, str):
            text = re.sub(r"[\s$,_]", "", value[:40]).lower().removeprefix("usd")
            text = re.sub(r"\.0?0?$", "", text)
            value = f"{text[:-1]}000" if re.fullmatch(r"[0-9]{1,5}k", text) else text
        return super().to_python(value)


class ListField(forms.MultipleChoiceField):
    """Several of the choices, each once, in the order given; at most ``max_values`` entries."""

    default_error_messages = {
        "too_many": _("%(count)s entries are too many: at most %(most)s."),
    }

    def __init__(self, *, max_values: int, **kwargs: Any) -> None:
        self.max_values = max_values
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:
        values: list[str] = super().to_python(value)
        if len(values) > self.max_values:
            raise ValidationError(
                self.error_messages["too_many"],
                code="too_many",
                params={"count": len(values), "most": self.max_values},
            )
        return list(dict.fromkeys(values))

    def validate(self, value: Any) -> None:
        """Name all wrong values, not only the first as Django does."""
        wrong = [one for one in value if not self.valid_value(one)]
        if wrong:
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": wrong[0], "values": wrong},
            )


class MilitaryField(forms.ChoiceField):
    """Military service; “none” of the answers' contract is the same as nothing said."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        return "" if text == "none" else text


class MonthField(forms.ChoiceField):
    """A month of the next years; any other well-formed month is accepted from an address."""

    widget = PlainSelect

    def __init__(self, *, empty_label: Any, **kwargs: Any) -> None:
        self.empty_label = empty_label
        super().__init__(**kwargs)

    def offer(self, *, today: date, chosen: Iterable[str]) -> None:
        """Offer the months from today's on, and the one that was chosen."""
        months = dict(list_months(first=today, count=MONTHS_AHEAD))
        months |= {month: name_month(month) for month in chosen if self.valid_value(month)}
        self.choices = [("", self.empty_label), *sorted(months.items())]

    def valid_value(self, value: Any) -> bool:
        """Whether this is a month as ``2027-01``."""
        return bool(MONTH.fullmatch(str(value)))
