"""The offerings that an estimate can be made for: a program's, a school's, or those found."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.institutions.requests import takes_requests

MAX_WORDS = 6
MAX_FOUND = 20
MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Programs with their offerings loaded; ``has_more``: there are others like these."""

    programs: list[Program]
    has_more: bool = False


def list_program_offerings(offering: uuid.UUID) -> list[Offering]:
    """Every published way to study the program of this offering; none if that is not published."""
    found = _list(_published().filter(program__offerings__public_id=offering))
    return found if any(one.public_id == offering for one in found) else []


def list_institution_offerings(institution: str) -> list[Offering]:
    """The published offerings of a school, by its slug."""
    return _list(_published().filter(program__institution__slug=institution))


def search_programs(*, words: str, institution: str = "") -> SearchResult:
    """Programs with a published offering in which every word occurs. Two queries."""
    offerings = Offering.objects.published()
    rows = Program.objects.published().filter(Exists(offerings.filter(program=OuterRef("pk"))))
    if institution:
        rows = rows.filter(institution__slug=institution)
    for word in words.split()[:MAX_WORDS]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(award__icontains=word)
            | Q(concentration__icontains=word)
            | Q(institution__name__icontains=word)
        )
    loaded = offerings.select_related("campus").order_by("delivery", "pk")
    rows = rows.select_related("institution").prefetch_related(Prefetch("offerings", loaded))
    rows = rows.order_by("institution__name", "name", "pk")
    programs = list(rows[: MAX_FOUND + 1])
    return SearchResult(programs[:MAX_FOUND], len(programs) > MAX_FOUND)


def _published() -> Any:
    rows = Offering.objects.published().select_related("program__institution", "campus")
    return rows.annotate(is_askable=takes_requests("program__institution"))


def _list(rows: Any) -> list[Offering]:
    return list(rows.order_by("program__name", "program_id", "delivery", "pk")[:MAX_LISTED])
