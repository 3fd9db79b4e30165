"""The offerings that an estimate can be made for: a program's, a school's, or those found."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from hcprograms.catalog.models.programs import Offering, Program
from hcprograms.institutions.requests import takes_requests

MOST_WORDS = 6
MOST_FOUND = 20
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Found:
    """Programs with their offerings loaded; ``has_more``: there are others like these."""

    programs: list[Program]
    has_more: bool = False


def find_ways(*, offering: uuid.UUID) -> list[Offering]:
    """Every published way to study the program of this offering; none if that is not published."""
    ways = _order(_whole().filter(program__offerings__public_id=offering))
    return ways if any(one.public_id == offering for one in ways) else []


def list_ways(*, institution: str = "", program: Program | None = None) -> list[Offering]:
    """The published offerings of a program, or of a school by its slug."""
    rows = _whole()
    rows = (
        rows.filter(program=program)
        if program
        else rows.filter(program__institution__slug=institution)
    )
    return _order(rows)


def search_priced(*, words: str, institution: str = "") -> Found:
    """Programs with a published offering in which every word occurs. Two queries."""
    ways = Offering.objects.published()
    rows = Program.objects.published().filter(Exists(ways.filter(program=OuterRef("pk"))))
    if institution:
        rows = rows.filter(institution__slug=institution)
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(award__icontains=word)
            | Q(concentration__icontains=word)
            | Q(institution__name__icontains=word)
        )
    loaded = ways.select_related("campus").order_by("delivery", "pk")
    rows = rows.select_related("institution").prefetch_related(Prefetch("offerings", loaded))
    rows = rows.order_by("institution__name", "name", "pk")
    programs = list(rows[: MOST_FOUND + 1])
    return Found(programs[:MOST_FOUND], len(programs) > MOST_FOUND)


def _whole() -> Any:
    rows = Offering.objects.published().select_related("program__institution", "campus")
    return rows.annotate(is_askable=takes_requests("program__institution"))


def _order(rows: Any) -> list[Offering]:
    return list(rows.order_by("program__name", "program_id", "delivery", "pk")[:MOST_LISTED])
