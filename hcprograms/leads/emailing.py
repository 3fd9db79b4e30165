"""Results that a person asks for by email: frozen as they were shown.

A lead belongs to one institution. Where results name several schools, the one that sends them
keeps and sends its own programs only; the way back to all results goes along.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError
from django.urls import NoReverseMatch, reverse

from hcprograms.institutions.error_reporting import format_error
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.recommendation import read_answers
from hcprograms.matching import engine
from hcprograms.matching.answer_formats import parse_answers
from hcprograms.matching.presenters.cost import describe_cost
from hcprograms.matching.query_strings import read_limit

logger = logging.getLogger(__name__)


def find_result_forms(*, institutions: Collection[int], now: datetime) -> dict[int, InterestForm]:
    """Primary key of an institution → its open form by which it sends results. One query."""
    forms = InterestForm.objects.open_at(now).filter(
        kind=InterestForm.Kind.MATCH, institution__in=institutions
    )
    found: dict[int, InterestForm] = {}
    for form in forms.select_related("institution").order_by("pk"):
        found.setdefault(form.institution_id, form)
    return found


def freeze_results(
    *, institution: Institution, query: Mapping[str, Sequence[str]], today: date
) -> dict[str, Any]:
    """This institution's part of the results at this address, in the words of the day.

    ``query`` is the address's without its question mark, for the way back. Nothing here may cost
    a lead: what cannot be ranked is left out, and logged.
    """
    try:
        answers = parse_answers(read_answers(query=query), vocabulary=engine.vocabulary())
        if institution.slug in query.get("institution", ()):
            answers = replace(answers, institution=institution.slug)
        most = read_limit("".join(query.get("show", ())[-1:]))
        ranked = engine.match(answers, today=today, limit=most)
        return {
            "day": today.isoformat(),
            "query": answers.to_query(),
            "show": most,
            "matches": _freeze(ranked.matches, institution),
            "may_fit": _freeze(ranked.may_fit, institution),
            "near_misses": [],
        }
    except Exception as error:
        if isinstance(error, DatabaseError):
            raise
        logger.error("Results to be emailed could not be computed: %s", format_error(error))
        return {}


def find_results_path(lead: Lead) -> str:
    """Where the results that this person asked for are shown; empty for other requests."""
    kept: Mapping[str, Any] = lead.recommendation
    if lead.form.kind != InterestForm.Kind.MATCH or "query" not in kept:
        return ""
    shown = f"show={kept['show']}"
    query = f"{kept['query']}&{shown}" if kept["query"] else shown
    try:
        return f"{reverse('hcprograms:match_results')}?{query}"
    except NoReverseMatch:
        return ""


def _freeze(matches: Sequence[Any], institution: Institution) -> list[dict[str, Any]]:
    """The institution's matches as JSON, with what their cards say besides."""
    return [
        {
            **match.as_dict(),
            "concentration": match.offering.concentration,
            "cost_words": _cost_words(match),
        }
        for match in matches
        if match.offering.school.slug == institution.slug
    ]


def _cost_words(match: Any) -> list[str]:
    """The cost with what is to be said about it; empty where it is not published."""
    cost = describe_cost(match.offering)
    return [part for part in (cost.total, *cost.notes) if part]
