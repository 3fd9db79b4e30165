"""One canonical form for email addresses, used wherever an address comes in or is compared."""

import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.characters import is_invisible

# Line breaks and other controls, broken halves of characters, and changes of direction: these are
# refused, because they are how one address is made to look like another.
REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd\u202a-\u202e\u2066-\u2069]")

# RFC 5321, 4.5.3.1: 64 octets before the @, 254 for the whole path.
MAX_LOCAL_PART = 64
MAX_ADDRESS = 254

# No address of 254 octets is typed in more characters; IDNA takes long for very long names.
MAX_TYPED = 1_000

# RFC 5322's dot-atom or domain literal after the @, its atext before; SMTP takes 320 octets.
WRITABLE = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9._-]+|\[[A-Za-z0-9:.]+\])", re.ASCII
)
MAX_WRITABLE = 320

_validate_email = EmailValidator(allowlist=[])


def normalize_email(text: str) -> str:
    """Return one email address in the form that is stored, compared and written into headers.

    The text is NFKC-normalized, invisible characters are removed, and the domain becomes its
    lower-case ASCII form (IDNA 2008 with the mapping of UTS 46). The part before the @ keeps its
    case, which RFC 5321 leaves to the receiving host.

    Raises ``ValidationError`` for anything that is not exactly one address, and for an address
    that cannot be written in a mail header without SMTPUTF8 (other letters than ASCII before
    the @), or names a machine by its number instead of a domain.
    """
    if len(text) > MAX_TYPED:
        raise _invalid()
    plain = unicodedata.normalize("NFKC", text).strip(" ")
    if REFUSED.search(plain):
        raise _not_one_address()
    address = "".join(one for one in plain if not is_invisible(one)).strip()
    if re.search(r"[,;<>\s]", address) or address.count("@") > 1:
        raise _not_one_address()
    local, at, domain = address.rpartition("@")
    if not at or domain.startswith("["):
        raise _invalid()
    if not local.isascii():
        raise ValidationError(
            _(
                "The part before the @ may contain only letters from A to Z, digits and signs such "
                "as a dot. Give another email address."
            ),
            code="local_part_not_ascii",
        )
    address = f"{local}@{_to_ascii(domain)}"
    if len(local) > MAX_LOCAL_PART or len(address) > MAX_ADDRESS:
        raise _invalid()
    try:
        _validate_email(address)
    except ValidationError:
        raise _invalid() from None
    return address


def get_comparable_email(text: str) -> str:
    """Return the form by which two addresses are the same mailbox: normalized, in lower case.

    Never raises: what is no address is compared as its own stripped, case-folded text.
    """
    try:
        return normalize_email(text).lower()
    except ValidationError:
        return unicodedata.normalize("NFKC", text).strip().casefold()


def format_email(text: str) -> str:
    """Return an address as a mail header can hold it; empty where none can.

    For addresses that were stored before they were checked, or elsewhere than in our forms: one at
    a host without a public domain, such as an intranet's, passes.
    """
    try:
        return normalize_email(text)
    except ValidationError:
        plain = text.strip()
        return plain if WRITABLE.fullmatch(plain) and len(plain) <= MAX_WRITABLE else ""


def is_same_email(one: str, other: str) -> bool:
    """Whether both name the same mailbox; two empty texts do not."""
    return bool(one) and get_comparable_email(one) == get_comparable_email(other)


def _to_ascii(domain: str) -> str:
    # Most addresses are ASCII, and some of these (an underscore, a numeric label) are in use
    # although IDNA refuses them; the validator judges those.
    if domain.isascii() and not re.search(r"(^|\.)xn--", domain, re.IGNORECASE):
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise _invalid() from None


def _not_one_address() -> ValidationError:
    return ValidationError(
        _("Give one email address only, without a name around it: ada@example.org."),
        code="not_one_address",
    )


def _invalid() -> ValidationError:
    return ValidationError(
        _("Check the email address: it should read like ada@example.org."), code="invalid"
    )
