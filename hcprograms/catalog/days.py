"""Days that a catalog can mean: a mistyped year is refused, wherever it is typed."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1800, 2100


def validate_day(value: date) -> None:
    """Refuse a day whose year can only be a slip of the pen, such as 8014."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("The year %(year)s is outside %(first)s–%(last)s."),
            params={"year": str(value.year), "first": str(FIRST_YEAR), "last": str(LAST_YEAR)},
        )
