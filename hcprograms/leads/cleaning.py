"""What people type, made safe and plain.

Each function returns the value to keep or raises ``ValidationError`` that says what to do.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.characters import remove_invisible
from hcprograms.leads.tokens import remove_tokens

BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of what follows: they can make a text look like another."""

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd\u202a-\u202e\u2066-\u2069]")
"""What has no place in a text: controls, broken halves of characters, changes of direction."""


def is_forbidden(character: str) -> bool:
    return bool(FORBIDDEN.match(character))


def clean_line(text: str) -> str:
    """One line of text without anything invisible that could fool a reader or a mail header.

    Line breaks and changes of direction are refused; characters without a shape are removed, and
    signed tokens, as in :func:`clean_paragraphs`.
    """
    if FORBIDDEN.search(text):
        raise ValidationError(
            _(
                "This contains a character that cannot be used here, such as a line break or an "
                "invisible control character. Please type it instead of pasting it."
            ),
            code="forbidden_character",
        )
    return remove_tokens(" ".join(remove_invisible(text).split()))


def clean_paragraphs(text: str) -> str:
    """Text of several lines; line ends become “\\n” and a tab a space.

    Signed tokens are removed: people paste the links that we mailed to them, and staff read it.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if FORBIDDEN.search(plain.replace("\n", "")):
        raise ValidationError(
            _(
                "This contains an invisible control character. Please type the text instead of "
                "pasting it."
            ),
            code="forbidden_character",
        )
    return remove_tokens(plain.strip())
