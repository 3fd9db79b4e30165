"""What people type, made safe and plain: text, one email address, a phone number.

Each function returns the value to keep or raises ``ValidationError`` that says what to do.
"""

import re
import unicodedata
from collections.abc import Sequence

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of what follows: they can make a text look like another."""

MAX_EXTENSION = 10
_validate_email = EmailValidator(allowlist=[])
_PHONE_NOISE = dict.fromkeys(map(ord, BIDI_CONTROLS + "\u200e\u200f\u00ad\ufeff"))


def is_forbidden(character: str) -> bool:
    """Whether a character has no place in a text: controls, broken halves, direction changes."""
    return (
        character in BIDI_CONTROLS
        or character == "\ufffd"
        or unicodedata.category(character) in ("Cc", "Cs")
    )


def clean_line(text: str) -> str:
    """One line of text without anything invisible that could fool a reader or a mail header."""
    if any(map(is_forbidden, text)):
        raise ValidationError(
            _(
                "This contains a character that cannot be used here, such as a line break or an "
                "invisible control character. Please type it instead of pasting it."
            ),
            code="forbidden_character",
        )
    return " ".join(text.split())


def clean_paragraphs(text: str) -> str:
    """Text of several lines; line ends become “\\n” and a tab a space."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if any(is_forbidden(character) for character in plain if character != "\n"):
        raise ValidationError(
            _(
                "This contains an invisible control character. Please type the text instead of "
                "pasting it."
            ),
            code="forbidden_character",
        )
    return plain.strip()


def clean_email(text: str) -> str:
    """One address, its domain in lower case. Refuses lists, names around it, control characters."""
    address = text.strip(" ")
    if re.search(r"[,;<>\s]", address) or any(map(is_forbidden, address)) or address.count("@") > 1:
        raise ValidationError(
            _("Give one email address only, without a name around it: ada@example.org."),
            code="not_one_address",
        )
    try:
        _validate_email(address)
    except ValidationError:
        raise ValidationError(
            _("Check the email address: it should read like ada@example.org."), code="invalid"
        ) from None
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


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
