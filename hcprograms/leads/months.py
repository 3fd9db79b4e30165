"""Months as forms and Answers write them: YYYY-MM."""

import re
from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _


def list_months(*, first: date, count: int) -> Iterator[tuple[str, str]]:
    """``count`` months from the one of ``first`` on, as choices."""
    for number in range(first.month - 1, first.month - 1 + count):
        year, month = first.year + number // 12, number % 12 + 1
        yield f"{year}-{month:02}", f"{MONTHS[month]} {year}"


def validate_month(value: str) -> None:
    """Refuse what is no month. An old page's first month may lie in the past by now: fine."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", value, re.ASCII):
        raise ValidationError(_("Choose one from the list."), code="invalid_choice")


def name_month(value: str) -> str:
    """“2027-09” as “September 2027”; anything else as it is."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value, re.ASCII):
        return value
    year, month = value.split("-")
    return f"{MONTHS[int(month)]} {year}"
