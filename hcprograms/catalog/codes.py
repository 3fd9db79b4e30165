"""Codes and figures as files write them, and as they are.

Every function returns the clean value, or raises ``WrongValue`` with a reason
that can be shown beside the column and the line.
"""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from hcprograms.catalog.days import FIRST_YEAR, LAST_YEAR

UNKNOWN_WORDS = frozenset(
    {"", "-", "--", ".", "*", "**", "na", "n/a", "nan", "none", "null", "ps"}
    | {"privacysuppressed", "suppressed", "not applicable", "-2", "-2.0"}
)

DATE_LAYOUTS = (
    *("%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
)
# College Scorecard's credential levels in the words of Answers.
LEVELS_BY_NUMBER = {
    1: "certificate",
    2: "associate",
    3: "bachelor",
    4: "postbaccalaureate",
    5: "master",
    6: "doctorate",
    7: "doctorate",
    8: "graduate_certificate",
}


class WrongValue(ValueError):
    """The text is no such code; the message says why."""


def is_unknown(text: str) -> bool:
    """True for the words by which publishers say that they do not tell."""
    return unwrap(text).casefold() in UNKNOWN_WORDS


def unwrap(text: str) -> str:
    """Takes off the quotes, ``="…"`` and spaces that spreadsheets put around."""
    text = text.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text.strip("\"'\u201c\u201d\u2018\u2019 \u00a0")


def read_unitid(text: str) -> str:
    """A six-digit IPEDS unit id."""
    digits = _digits(text, name="UNITID")
    if len(digits) != 6 or digits.startswith("0"):
        raise WrongValue(f"“{_short(text)}” is not a six-digit UNITID")
    return digits


def read_opeid(text: str, *, places: int = 8) -> str:
    """An OPEID as text of ``places`` digits (8, or 6 for OPEID6); lost zeros come back."""
    digits = _digits(text, name="OPEID").lstrip("0")
    if not digits or len(digits) > places:
        raise WrongValue(f"“{_short(text)}” is not an OPEID of up to {places} digits")
    return digits.zfill(places)


def read_cip(text: str) -> str:
    """A CIP code as published: ``51.0701``, or ``51.07`` where only four digits are known."""
    code = unwrap(text)
    if is_unknown(code):
        raise WrongValue("the CIP code is not given")
    if match := re.fullmatch(r"(\d{3,6})(?:\.0+)?", code, re.ASCII):
        digits = match[1].zfill(len(match[1]) + len(match[1]) % 2)
        return f"{digits[:2]}.{digits[2:]}"
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,4})", code, re.ASCII):
        detail = match[2] + "0" * (len(match[2]) % 2)
        return f"{match[1].zfill(2)}.{detail}"
    raise WrongValue(f"“{_short(text)}” is not a CIP code (NN.NN or NN.NNNN)")


def read_soc(text: str) -> str:
    """A SOC or O*NET-SOC code: ``11-9111`` or ``11-9111.00``."""
    code = unwrap(text)
    if not re.fullmatch(r"\d{2}-\d{4}(\.\d{2})?", code, re.ASCII):
        raise WrongValue(f"“{_short(text)}” is not a SOC code (NN-NNNN or NN-NNNN.NN)")
    return code


def read_credential_level(text: str) -> tuple[int, str]:
    """Scorecard's number 1–8 and its level in the words of Answers."""
    code = unwrap(text)
    if is_unknown(code):
        raise WrongValue("the credential level is not given")
    number = re.fullmatch(r"0?([1-8])(?:\.0+)?", code, re.ASCII)
    if number is None:
        raise WrongValue(f"“{_short(text)}” is not a credential level from 1 to 8")
    return int(number[1]), LEVELS_BY_NUMBER[int(number[1])]


def read_amount(text: str, *, limit: int = 10_000_000) -> Decimal | None:
    """A sum of money below ``limit``; None where the publisher does not tell."""
    code = unwrap(text)
    if is_unknown(code):
        return None
    try:
        amount = Decimal(_point(code.removeprefix("$").strip()))
    except InvalidOperation:
        raise WrongValue(f"“{_short(text)}” is not an amount") from None
    if not amount.is_finite() or not 0 <= amount < limit:
        raise WrongValue(f"“{_short(text)}” is out of range for an amount")
    return amount


def _point(figure: str) -> str:
    """The figure without marks between thousands: 1,234.50 as in English, 1.234,50 as elsewhere.

    A comma is a decimal point where it cannot stand between thousands: 36,5 is no 365.
    """
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", figure, re.ASCII):
        return figure.replace(",", "")
    if re.fullmatch(r"(\d+|\d{1,3}(\.\d{3})+),\d{1,2}", figure, re.ASCII):
        return figure.replace(".", "").replace(",", ".")
    return figure


def read_flag(text: str) -> bool | None:
    """1 or 0; None where the publisher does not tell."""
    code = unwrap(text)
    if is_unknown(code):
        return None
    if code.removesuffix(".0") not in {"0", "1"}:
        raise WrongValue(f"“{_short(text)}” is neither 0 nor 1")
    return code.startswith("1")


def read_date(text: str) -> date | None:
    """A day as ``12/31/2013``, ``7/1/1994 12:00:00 AM`` or ISO; None where not told."""
    code = unwrap(text)
    if is_unknown(code):
        return None
    for layout in DATE_LAYOUTS:
        try:
            day = datetime.strptime(code, layout).date()
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        raise WrongValue(f"“{_short(text)}” has a year outside {FIRST_YEAR}–{LAST_YEAR}")
    raise WrongValue(f"“{_short(text)}” is not a date (month/day/year)")


def _digits(text: str, *, name: str) -> str:
    code = unwrap(text)
    if is_unknown(code):
        raise WrongValue(f"the {name} is not given")
    code = re.sub(r"\.0+$", "", code)
    if not re.fullmatch(r"\d{1,12}", code, re.ASCII):
        raise WrongValue(f"“{_short(text)}” is not a number")
    return code


def _short(text: str) -> str:
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text.strip())
    return clean if len(clean) <= 40 else clean[:39] + "…"
