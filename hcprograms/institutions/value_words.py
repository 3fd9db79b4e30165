"""Values of model fields in the words that people read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

NOTHING = "–"


def format_value(field: "models.Field[Any, Any]", value: Any) -> str:
    """Format a value of this field; choices by their labels, nothing as a dash."""
    if value is None or value in ("", []):
        return NOTHING
    return _format(dict(field.flatchoices).get(value, value) if field.choices else value)


def _format(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return str(number_format(value.normalize(), use_l10n=True))
    if isinstance(value, list):
        return ", ".join(_format(one) for one in value)
    return str(value)
