"""Cells of the spreadsheets that people fill in: what they type, and what must not run in them."""

import re
from datetime import date, datetime, timedelta

from hcprograms.catalog import codes
from hcprograms.catalog.codes import WrongValue, unwrap
from hcprograms.catalog.csv_rows import C1
from hcprograms.catalog.days import FIRST_YEAR, LAST_YEAR

FORMULA = re.compile("'*[ \u00a0\u200b\ufeff]*[=+\\-@\t\r\n＝＋－＠]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no file holds them
EMPTYING = frozenset({"-", "\u2013", "\u2014"})
ERRORS = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!"}
)
DAY_ONE = date(1899, 12, 30)  # what spreadsheets count days from
LAYOUTS = ("%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})


def make_inert(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula: an apostrophe comes first.

    Spaces and invisible characters before a formula do not hide it. ``undo_inert`` takes exactly
    this apostrophe off again.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def undo_inert(text: str) -> str:
    """What ``make_inert`` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def tidy(text: str) -> str:
    """The text without characters that files of one kind or the other cannot hold."""
    return CONTROLS.sub("", text.translate(C1))


def canonical(text: str) -> str:
    """The text without what a trip through a file may change: line ends, spaces around …"""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return tidy(lines).strip()


def is_error(text: str) -> bool:
    """Whether a spreadsheet's own calculation failed here: ``#REF!``, ``#N/A`` …"""
    return text.strip().casefold() in ERRORS


def is_remark(text: str) -> bool:
    """Whether a row that begins with this cell only explains; such rows are not read."""
    return text.startswith("#") and not is_error(text)


def empties(text: str) -> bool:
    """Whether the cell asks for the field to be emptied; a blank one asks for nothing."""
    return text.strip() in EMPTYING


def plain_word(text: str) -> str:
    """A word without the marks, case and spaces in which people differ: “Master’s” → masters."""
    bare = re.sub("['\u2019`\u00b4]", "", text.casefold())
    return re.sub(r"[\W_]+", " ", bare).strip()


def read_day(text: str) -> date:
    """A day as people and spreadsheets write it; month first where slashes separate.

    Raises :class:`WrongValue`.
    """
    code = unwrap(text)
    if re.fullmatch(r"\d{5}(\.\d+)?", code, re.ASCII):
        return DAY_ONE + timedelta(days=int(float(code)))
    for layout in LAYOUTS:
        try:
            day = datetime.strptime(code, layout).date()
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        raise WrongValue(f"the year is outside {FIRST_YEAR}–{LAST_YEAR}")
    found = codes.read_date(text)
    if found is None:
        raise WrongValue("not a date; write 2027-08-23, or 8/23/2027 with the month first")
    return found


def read_yes_or_no(text: str) -> bool:
    """Raises :class:`WrongValue`."""
    word = unwrap(text).casefold().removesuffix(".0")
    if word not in YES | NO:
        raise WrongValue("neither yes nor no")
    return word in YES


def read_list(text: str) -> list[str]:
    """The entries of a list separated by semicolons, commas or line ends, each once."""
    entries = (entry.strip() for entry in re.split(r"[;,\n]", text))
    return list(dict.fromkeys(entry for entry in entries if entry))
