"""The results that a person asked for by email, as their page showed them.

An accreditation that does not hold any more is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.models.programs import Delivery, Level
from hcprograms.conf import conf
from hcprograms.followup.current_claims import drop_lost_claims
from hcprograms.institutions.absolute_urls import find_absolute_url
from hcprograms.leads.emailing import find_results_path
from hcprograms.leads.frozen import list_matches
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.matching.presenters.answers import describe_unknown
from hcprograms.matching.results import list_strengths


@dataclass(frozen=True, slots=True)
class EmailedProgram:
    """One result, in words."""

    title: str
    url: str
    percent: int | None
    """None where the answers said too little for a percentage to mean anything."""
    facts: Sequence[tuple[str, str]]
    """Label and value."""
    reasons: Sequence[str]
    claims: Sequence[str]


@dataclass(frozen=True, slots=True)
class EmailedResults:
    """All that one institution sends, and the way back to the page."""

    programs: Sequence[EmailedProgram]
    url: str


def read_results(*, lead: Lead) -> EmailedResults | None:
    """What the lead keeps of the results; None where somebody asked for something else."""
    if lead.form.kind != InterestForm.Kind.MATCH:
        return None
    kept = drop_lost_claims(lead.recommendation, today=timezone.localdate())
    query = str(kept.get("query") or "")
    matches = [_program(one, query) for one in list_matches(kept)]
    path = find_results_path(lead)
    return EmailedResults(matches, conf.site_url + path if path else "")


def _program(match: Mapping[str, Any], query: str) -> EmailedProgram:
    claims = match.get("claims") or ()
    return EmailedProgram(
        title=", ".join(filter(None, [match.get("program"), match.get("concentration")])),
        url=find_absolute_url(
            "hcprograms:program", match.get("institution"), match.get("program_slug"), query=query
        ),
        percent=round(match["score"] * 100) if match.get("is_scored", True) else None,
        facts=_facts(match),
        reasons=list_strengths(match),
        claims=[". ".join(filter(None, [one.get("text"), one.get("notice")])) for one in claims],
    )


def _facts(match: Mapping[str, Any]) -> list[tuple[str, str]]:
    unknown = _("Not published: ask")
    months, start = match.get("months"), match.get("next_start")
    cost, *notes = match.get("cost_words") or ("",)
    how = [_label(Level, match.get("level")), _label(Delivery, match.get("delivery"))]
    facts = [
        (_("You earn"), how[0]),
        (_("You study"), how[1] if match.get("delivery") else unknown),
        (_("Cost for you"), "; ".join([capfirst(cost), *notes]) if cost else unknown),
        (
            _("Time"),
            ngettext("%(n)d month", "%(n)d months", months) % {"n": months} if months else unknown,
        ),
        (
            _("Next start"),
            date_format(date.fromisoformat(start), "DATE_FORMAT") if start else unknown,
        ),
    ]
    words = describe_unknown(match.get("unknown_musts") or ())
    if not words:
        return facts
    # What is not known is then said once, as on the page.
    return [fact for fact in facts if fact[1] != unknown] + [(_("Not published"), words)]


def _label(words: type[Level] | type[Delivery], value: Any) -> str:
    return capfirst(str(dict(words.choices).get(value) or ""))
