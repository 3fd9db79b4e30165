"""Phone numbers as people type them. Loading what knows all countries' numbers takes a while."""

from collections.abc import Sequence

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.cleaning import BIDI_CONTROLS

MAX_EXTENSION = 10
_PHONE_NOISE = dict.fromkeys(map(ord, BIDI_CONTROLS + "\u200e\u200f\u00ad\ufeff"))


def clean_phone(text: str, *, regions: Sequence[str]) -> str:
    """The number as E.164, its extension after “ ext. ”.

    ``regions`` are the countries it may be dialled from; the first that makes sense of it counts.
    """
    plain = text.translate(_PHONE_NOISE).strip()
    for region in regions:
        number = _parse_phone(plain, region)
        if number is not None:
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return f"{e164} ext. {number.extension}" if number.extension else e164
    raise ValidationError(
        _(
            "Check the phone number: give it with its area code, such as (303) 555-0123, or "
            "from another country with + and the country code, such as +44 20 7946 0123."
        ),
        code="invalid",
    )


def _parse_phone(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if len(number.extension or "") > MAX_EXTENSION or not phonenumbers.is_possible_number(number):
        return None
    return number
