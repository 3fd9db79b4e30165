"""The recommendation that led to a request: read from its address, frozen into the lead.

Nothing here may cost a lead: what cannot be read or ranked is left out, and logged.
"""

import logging
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import DatabaseError

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.error_reporting import format_error
from hcprograms.institutions.models import Institution
from hcprograms.matching import engine
from hcprograms.matching.answer_formats import answers_from_query, parse_answers
from hcprograms.matching.answers import KEYS, Answers, AnswersError

logger = logging.getLogger(__name__)

MAX_LOOKED_AT = 40
"""Offerings of the institution among which the chosen ones are looked for."""
MAX_KEPT = 5
"""Matches kept besides the chosen ones."""


def read_answers(*, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answers in an address, as JSON. A key that is no longer understood is left out."""
    pairs = [(key, value) for key, values in query.items() if is_answer(key) for value in values]
    if not pairs:
        return {}
    try:
        try:
            return _parse(pairs, skip=()).as_dict()
        except AnswersError as error:
            unclear = {problem.key.partition(".")[0] for problem in error.problems}
        return _parse(pairs, skip=unclear).as_dict()
    except AnswersError:
        return {}
    except DatabaseError:
        raise
    except Exception as error:
        logger.error("The answers of an address could not be read: %s", format_error(error))
        return {}


def suggest_offerings(
    *, institution: Institution, answers: Mapping[str, Any], today: date
) -> list[uuid.UUID]:
    """The institution's offerings that match, best first; then those that may."""
    ranked = _rank(institution, answers, today)
    matches = [*ranked.matches, *ranked.may_fit] if ranked else []
    return [uuid.UUID(match.offering.public_id) for match in matches]


def freeze_recommendation(
    *,
    institution: Institution,
    answers: Mapping[str, Any],
    offerings: Sequence[Offering],
    today: date,
) -> dict[str, Any]:
    """Why the chosen programs matched, in the words of the day, with the best others.

    Only this institution's offerings: where else somebody might go is not for its staff.
    """
    ranked = _rank(institution, answers, today)
    if ranked is None:
        return {}
    chosen = {str(offering.public_id) for offering in offerings}
    missed = [one for one in ranked.near_misses if one.offering.public_id in chosen]
    return {
        "day": today.isoformat(),
        "matches": _freeze(ranked.matches, chosen),
        "may_fit": _freeze(ranked.may_fit, chosen),
        "near_misses": [miss.as_dict() for miss in missed],
    }


def _freeze(matches: Sequence[Any], chosen: Collection[str]) -> list[dict[str, Any]]:
    """The chosen ones and the best others, in the order in which they were shown."""
    others = [one for one in matches if one.offering.public_id not in chosen][:MAX_KEPT]
    return [one.as_dict() for one in matches if one.offering.public_id in chosen or one in others]


def _rank(institution: Institution, answers: Mapping[str, Any], today: date) -> Any:
    if not answers:
        return None
    try:
        known = parse_answers(answers, vocabulary=engine.vocabulary())
        ours = replace(known, institution=institution.slug)
        return engine.match(ours, today=today, limit=MAX_LOOKED_AT)
    except Exception as error:
        if isinstance(error, DatabaseError):
            raise
        logger.error("A recommendation could not be computed: %s", format_error(error))
        return None


def is_answer(key: str) -> bool:
    """Whether this key of an address says something about the visitor's wishes."""
    return (key in KEYS or key.startswith("interest_")) and key != "institution"


def _parse(pairs: Sequence[tuple[str, str]], *, skip: Any) -> Answers:
    kept = [
        (key, value)
        for key, value in pairs
        if ("interests" if key.startswith("interest_") else key) not in skip
    ]
    return answers_from_query(urlencode(kept), vocabulary=engine.vocabulary())
