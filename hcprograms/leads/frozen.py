"""What a lead keeps as JSON, in words: the answers, and the recommendation as it was shown.

Old leads keep the shape of their day, so everything missing or unknown is left out, never an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from hcprograms.catalog.models.choices import Education, Military
from hcprograms.catalog.models.programs import Delivery, Level
from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.catalog.states import STATES
from hcprograms.matching.presenters.answers import describe_unknown

AGREEMENT = {
    -2: gettext_lazy("not me at all"),
    -1: gettext_lazy("rather not"),
    0: gettext_lazy("neither"),
    1: gettext_lazy("rather me"),
    2: gettext_lazy("very much me"),
}


@dataclass(frozen=True, slots=True)
class FrozenReason:
    text: str
    percent: int | None
    """How well this point fits; None where the facts were not known."""
    weight: int


@dataclass(frozen=True, slots=True)
class FrozenMatch:
    """One recommended offering as the applicant saw it."""

    title: str
    details: str
    percent: int | None
    is_chosen: bool
    reasons: Sequence[FrozenReason]
    claims: Sequence[str]
    unknown: str
    """What it did not publish, of what was asked for; empty: nothing."""


def list_matches(recommendation: Any) -> list[Mapping[str, Any]]:
    """What fitted, and then what might fit, each best first."""
    if not isinstance(recommendation, Mapping):
        return []
    listed = [recommendation.get(key) or () for key in ("matches", "may_fit")]
    return [one for matches in listed for one in matches if isinstance(one, Mapping)]


def read_recommendation(
    recommendation: Any, *, chosen: frozenset[str] = frozenset()
) -> list[FrozenMatch]:
    """The matches, best first. ``chosen`` holds public ids of the offerings asked about."""
    return [_match(one, chosen) for one in list_matches(recommendation)]


def read_near_misses(recommendation: Any) -> list[tuple[str, str]]:
    """Offerings asked about although they did not fit: the title, and what stood in the way."""
    misses = recommendation.get("near_misses") if isinstance(recommendation, Mapping) else None
    return [
        (str(one["program"]), str(one["text"]))
        for one in misses or ()
        if isinstance(one, Mapping) and one.get("program") and one.get("text")
    ]


def _match(match: Mapping[str, Any], chosen: frozenset[str]) -> FrozenMatch:
    reasons = [_reason(one) for one in match.get("reasons") or () if isinstance(one, Mapping)]
    claims = [str(one.get("text") or "") for one in match.get("claims") or () if one]
    details = [
        _label(Level.choices, match.get("level")),
        _label(Delivery.choices, match.get("delivery")),
    ]
    return FrozenMatch(
        title=str(match.get("program") or _("program no longer known")),
        details=" · ".join(part for part in details if part),
        percent=_percent(match.get("score")) if match.get("is_scored", True) else None,
        is_chosen=str(match.get("offering")) in chosen,
        reasons=[one for one in reasons if one.text],
        claims=[claim for claim in claims if claim],
        unknown=describe_unknown(str(key) for key in match.get("unknown_musts") or ()),
    )


def _reason(reason: Mapping[str, Any]) -> FrozenReason:
    return FrozenReason(
        text=str(reason.get("text") or ""),
        percent=_percent(reason.get("score")),
        weight=_percent(reason.get("weight")) or 0,
    )


def _percent(value: Any) -> int | None:
    return round(value * 100) if isinstance(value, int | float) else None


def _label(choices: Sequence[tuple[Any, Any]], value: Any) -> str:
    return str(dict(choices).get(value) or "") if isinstance(value, str) else ""


def describe_answers(answers: Any) -> list[tuple[str, str]]:
    """Label and value of every answer given, in words. Two queries at most."""
    if not isinstance(answers, Mapping):
        return []
    said = {key: _say(key, value) for key, value in answers.items()}
    lines = [(label, said[key]) for key, label in _labels().items() if said.get(key)]
    return lines + _interests(answers.get("interests"))


def _labels() -> dict[str, str]:
    return {
        "education": _("Education so far"),
        "levels": _("Looks for"),
        "roles": _("Wants to work as"),
        "delivery": _("Delivery"),
        "country": _("Country"),
        "state": _("State"),
        "start_from": _("Start from"),
        "start_by": _("Start by"),
        "budget_total": _("Budget in all"),
        "max_months": _("Months at most"),
        "cahme": _("CAHME accreditation"),
        "military": _("Military"),
        "transfer_credits": _("Credits to transfer"),
    }


def _say(key: str, value: Any) -> str:
    words: dict[str, Sequence[tuple[Any, Any]]] = {
        "education": Education.choices,
        "levels": Level.choices,
        "delivery": Delivery.choices,
        "military": Military.choices,
        "state": [*STATES.items()],
        "country": [*countries],
        "cahme": [("required", _("required")), ("preferred", _("preferred")), ("any", "")],
    }
    if key == "roles" and isinstance(value, list):
        words["roles"] = [(one.slug, one.title) for one in find_roles(value)]
    values = value if isinstance(value, list) else [value]
    if key in words:
        known = dict(words[key])
        return ", ".join(str(known.get(one, one)) for one in values)
    if key == "budget_total" and isinstance(value, int):
        return f"{value:,}"
    return ", ".join(str(one) for one in values) if key != "interests" else ""


def find_roles(slugs: list[Any]) -> "QuerySet[CareerRole]":
    return CareerRole.objects.filter(slug__in=[one for one in slugs if isinstance(one, str)])


def _interests(interests: Any) -> list[tuple[str, str]]:
    """Each statement with how far the person agreed, strongest feelings first."""
    if not isinstance(interests, Mapping):
        return []
    statements = InterestStatement.objects.filter(slug__in=list(interests))
    texts = {one.slug: one.text for one in statements}
    given = sorted(interests.items(), key=lambda pair: -abs(_number(pair[1])))
    return [
        (str(texts.get(slug) or slug), str(AGREEMENT.get(_number(value), value)))
        for slug, value in given
    ]


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
