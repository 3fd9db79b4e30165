"""What an institution as a whole charges, as public statistics have it. Never a program's price."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Level

GRADUATE = frozenset({Level.POSTBACCALAUREATE, Level.MASTER, Level.GRADUATE_CERTIFICATE})
GRADUATE |= {Level.DOCTORATE}


@dataclass(frozen=True, slots=True)
class TuitionLine:
    """One figure in words, with where it comes from."""

    what: str
    amount: str
    source: str


def list_tuition(*, facts: Iterable[Mapping[str, Any]], level: str) -> list[TuitionLine]:
    """The figures that concern programs of this level; entries that make no sense are left out.

    Fees of zero say nothing and are left out too.
    """
    group = "graduate" if level in GRADUATE else "undergraduate"
    lines = []
    for fact in facts:
        what = _what(fact) if fact.get("level") == group else ""
        amount = _amount(fact.get("amount"))
        if what and amount:
            lines.append(TuitionLine(what=what, amount=amount, source=_source(fact)))
    return lines


def _what(fact: Mapping[str, Any]) -> str:
    names = {
        ("tuition", "year"): _("Tuition for a year"),
        ("tuition", "credit"): _("Tuition for a credit"),
        ("fees", "year"): _("Fees for a year"),
        ("tuition and fees", "year"): _("Tuition and fees for a year"),
        ("tuition and fees", "program year"): _("Tuition and fees for a program’s year"),
    }
    name = names.get((str(fact.get("what")), str(fact.get("per"))), "")
    people = {"resident": _("residents of the state"), "nonresident": _("everybody else")}
    who = people.get(str(fact.get("residency")), "")
    return f"{name}, {who}" if name and who else name


def _amount(value: Any) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return ""
    places = 0 if amount == amount.to_integral_value() else 2
    return f"${number_format(amount, places, force_grouping=True)}" if amount > 0 else ""


def _source(fact: Mapping[str, Any]) -> str:
    period = str(fact.get("period") or _("school year not stated"))
    return f"{fact.get('source', '')}, {period}"
