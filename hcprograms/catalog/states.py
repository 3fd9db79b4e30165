"""US states and territories, in the postal codes that forms, files and Answers use."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from localflavor.us.us_states import USPS_CHOICES

STATES: dict[str, str] = {code: str(name) for code, name in USPS_CHOICES}


def list_state_choices() -> list[tuple[str, str]]:
    """The states and territories, for a field's choices."""
    return list(STATES.items())


def validate_states(value: object) -> None:
    """Refuse anything but a list of known postal codes without repetition."""
    if not isinstance(value, list):
        raise ValidationError(_('Give a list of state codes, such as ["CO", "TX"].'))
    unknown = unknown_states(value)
    if unknown:
        raise ValidationError(_("Not a US state: %(codes)s."), params={"codes": ", ".join(unknown)})
    if len(set(value)) != len(value):
        raise ValidationError(_("A state is listed twice."))


def unknown_states(codes: Iterable[object]) -> list[str]:
    """The codes that are no US state or territory, in their order."""
    return [str(code) for code in codes if not isinstance(code, str) or code not in STATES]
