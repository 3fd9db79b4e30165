"""Months as numbers (year × 12 + month − 1), as “2027-01” in answers and forms, and by name."""

import re
from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII)


def month_of(day: date) -> int:
    """The number of the month that a day is in."""
    return day.year * 12 + day.month - 1


def parse_month(text: str) -> int:
    """“2027-01” as a number."""
    return int(text[:4]) * 12 + int(text[5:]) - 1


def format_month(month: int) -> str:
    """A number as “2027-01”."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def name_month(text: str) -> str:
    """“2027-01” as “January 2027”; anything else as it is."""
    return f"{MONTHS[int(text[5:])]} {text[:4]}" if MONTH.fullmatch(text) else text


def list_months(*, first: date, count: int) -> Iterator[tuple[str, str]]:
    """``count`` months from the one of this day on, as choices: “2027-01” and its name."""
    for month in range(month_of(first), month_of(first) + count):
        text = format_month(month)
        yield text, name_month(text)


def validate_month(value: str) -> None:
    """Refuse what is no month. An old page's first month may lie in the past by now: fine."""
    if not MONTH.fullmatch(value):
        raise ValidationError(_("Choose one from the list."), code="invalid_choice")
