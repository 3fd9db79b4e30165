"""Answers in words: links that change or drop one, and those that a program does not settle."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.models.choices import Delivery, Level
from hcprograms.catalog.months import name_month
from hcprograms.catalog.prices import format_money
from hcprograms.catalog.states import STATES
from hcprograms.matching.answers import Answers
from hcprograms.matching.constraints import change_answer


def describe_change(key: str, needs: Any) -> str:
    """The one change that lets a near miss in, as the text of a link."""
    match key:
        case "budget_total":
            return _("Raise my limit to %(cost)s") % {"cost": format_money(int(needs))}
        case "max_months":
            return ngettext("Allow %(n)d month", "Allow %(n)d months", int(needs)) % {"n": needs}
        case "delivery":
            names = dict(Delivery.choices)
            return _("Accept %(ways)s") % {"ways": ", ".join(str(names[each]) for each in needs)}
        case "levels":
            names = dict(Level.choices)
            return _("Look for %(levels)s") % {
                "levels": ", ".join(str(names[each]) for each in needs)
            }
        case "start_from":
            return _("Start from %(month)s on") % {"month": name_month(needs)}
        case "start_by":
            return _("Start as late as %(month)s") % {"month": name_month(needs)}
        case "cahme":
            return _("Prefer CAHME accreditation, do not require it")
        case "state":
            return _("Look as a resident of %(state)s") % {"state": STATES.get(needs, needs)}
        case _:
            return _("Change this answer and look again")


@dataclass(frozen=True, slots=True)
class AnswerChip:
    """One answer that leaves programs out, and the address without it."""

    text: str
    query: str


def list_chips(answers: Answers) -> list[AnswerChip]:
    """The musts among the answers, each with a link that drops it."""
    levels = dict(Level.choices)
    deliveries = dict(Delivery.choices)
    musts: list[tuple[str, str, Any]] = [
        (
            "levels",
            ", ".join(capfirst(str(levels[each])) for each in answers.levels),
            (),
        ),
        (
            "delivery",
            ", ".join(capfirst(str(deliveries[each])) for each in answers.delivery),
            (),
        ),
        ("state", STATES.get(answers.state or "", ""), None),
        ("start_from", _describe_bound(_("from %(month)s"), answers.start_from), None),
        ("start_by", _describe_bound(_("by %(month)s"), answers.start_by), None),
        (
            "budget_total",
            _("up to %(cost)s") % {"cost": format_money(answers.budget_total)}
            if answers.budget_total is not None
            else "",
            None,
        ),
        (
            "max_months",
            _("%(n)d months at most") % {"n": answers.max_months} if answers.max_months else "",
            None,
        ),
        ("cahme", _("CAHME required") if answers.cahme == "required" else "", "any"),
        ("institution", answers.institution or "", None),
    ]
    return [
        AnswerChip(capfirst(text), change_answer(answers, key, empty).to_query())
        for key, text, empty in musts
        if text
    ]


def _describe_bound(message: str, month: str | None) -> str:
    return capfirst(message % {"month": name_month(month)}) if month else ""


def describe_unknown(keys: Iterable[str]) -> str:
    """What a program does not publish, of what was asked for: “what it costs, when it starts”."""
    words = {
        "delivery": _("how it is taught"),
        "state": _("whether it takes people from your state"),
        "country": _("whether it takes people from your country"),
        "start_from": _("when it starts"),
        "start_by": _("when it starts"),
        "budget_total": _("all that it costs you"),
        "max_months": _("how long it takes"),
    }
    return ", ".join(dict.fromkeys(words[key] for key in keys if key in words))
