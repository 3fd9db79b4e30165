"""How a cell's text becomes a value and back, for django-import-export.

``kind`` is how the value is written to a workbook; ``allowed`` the words to be told to people.
Every ``clean`` raises ``ValueError`` with a reason that can be shown beside the cell.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from hcprograms.catalog import codes
from hcprograms.catalog.cells import plain_word, read_day, read_list, read_yes_or_no
from hcprograms.catalog.codes import unwrap
from hcprograms.catalog.states import STATES


class CellWidget(Widget):  # type: ignore[misc]
    """A text as it is."""

    kind = "text"

    @property
    def allowed(self) -> list[str]:
        return []

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.read(str(value))

    def read(self, text: str) -> Any:
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)

    def says_the_same(self, text: str, value: Any) -> bool:
        """Whether a cell that looks different still means the present value."""
        return False


class CodeWidget(CellWidget):
    """A code: without the quotation marks that programs put around."""

    def read(self, text: str) -> Any:
        return unwrap(text)


class SlugWidget(CodeWidget):
    def says_the_same(self, text: str, value: Any) -> bool:
        return unwrap(text).casefold() == str(value).casefold()


class CipWidget(CellWidget):
    def read(self, text: str) -> Any:
        return codes.read_cip(text)

    def says_the_same(self, text: str, value: Any) -> bool:
        """Spreadsheets show 51.0700 as 51.07: the zeros are lost, not taken away."""
        try:
            return codes.read_cip(text).ljust(7, "0") == str(value)
        except ValueError:
            return False


class ChoiceWidget(CellWidget):
    """One of a few words: the code, its label in English or the reader's language, or a synonym."""

    def __init__(
        self, choices: Iterable[tuple[str, Any]], synonyms: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._choices = list(choices)
        self._synonyms = dict(synonyms or {})

    @property
    def allowed(self) -> list[str]:
        return [code for code, _label in self._choices if code]

    def read(self, text: str) -> Any:
        word = plain_word(unwrap(text))
        known = self._words()
        if word not in known:
            listed = ", ".join(self.allowed)
            raise ValueError(_("not one of: %(words)s") % {"words": listed})
        return known[word]

    def _words(self) -> dict[str, str]:
        known = {plain_word(word): code for word, code in self._synonyms.items()}
        for language in {translation.get_language() or "en", "en"}:
            with translation.override(language):
                for code, label in self._choices:
                    name = plain_word(str(label))
                    known |= {name: code, name.removesuffix(" degree"): code}
        return known | {plain_word(code): code for code, _label in self._choices if code}


class WholeNumberWidget(CellWidget):
    kind = "number"

    def read(self, text: str) -> Any:
        amount = _amount(text)
        if amount != int(amount):
            raise ValueError(_("not a whole number"))
        return int(amount)


class AmountWidget(CellWidget):
    """A number with a decimal point; for money also with marks between thousands."""

    kind = "number"

    def read(self, text: str) -> Any:
        sign = -1 if text.strip().startswith(("-", "\u2212")) else 1
        return sign * _amount(text.strip().lstrip("-\u2212"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else format(Decimal(value).normalize(), "f")


def _amount(text: str) -> Decimal:
    amount = codes.read_amount(text)
    if amount is None:
        raise ValueError(_("not a number"))
    return amount


class DateWidget(CellWidget):
    kind = "date"

    def read(self, text: str) -> Any:
        return read_day(text)

    def render(self, value: date | None, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class YesNoWidget(CellWidget):
    @property
    def allowed(self) -> list[str]:
        return ["yes", "no"]

    def read(self, text: str) -> Any:
        return read_yes_or_no(text)

    def render(self, value: bool | None, obj: Any = None, **kwargs: Any) -> str:
        return {True: "yes", False: "no"}.get(value, "") if value is not None else ""


class StatesWidget(CellWidget):
    """US states by postal code or name."""

    def read(self, text: str) -> Any:
        names = {plain_word(name): code for code, name in STATES.items()}
        found = []
        for entry in read_list(text.replace(" and ", ",")):
            for word in [entry] if plain_word(entry) in names else entry.split():
                code = names.get(plain_word(word), word.upper())
                if code not in STATES:
                    raise ValueError(_("“%(word)s” is not a US state") % {"word": word[:40]})
                found.append(code)
        return list(dict.fromkeys(found))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(value or [])
