"""Finding programs in the directory, and offerings side by side."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.institutions.requests import takes_requests

MOST_WORDS = 6
MOST_COMPARED = 4


def search_programs(*, wanted: Mapping[str, str]) -> "QuerySet[Program]":
    """Published programs in which every word occurs in the name, award or school, by school."""
    found = Program.objects.published()
    for word in wanted.get("q", "").split()[:MOST_WORDS]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(award__icontains=word)
            | Q(concentration__icontains=word)
            | Q(institution__name__icontains=word)
        )
    if level := wanted.get("level"):
        found = found.filter(level=level)
    if state := wanted.get("state"):
        found = found.filter(institution__state=state)
    if delivery := wanted.get("delivery"):
        offered = Offering.objects.published().filter(program=OuterRef("pk"), delivery=delivery)
        found = found.filter(Exists(offered))
    return (
        found.select_related("institution")
        .prefetch_related(Prefetch("offerings", queryset=Offering.objects.published()))
        .order_by("institution__name", "name", "pk")
    )


def read_ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """The offerings' ids among the texts, each once; what is no id is left out."""
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def load_compared(*, public_ids: list[uuid.UUID], today: date) -> list[OfferingView]:
    """The first four of these that are published, in their order. Four queries."""
    chosen = public_ids[: MOST_COMPARED * 2]
    offerings = Offering.objects.published().filter(public_id__in=chosen)
    claims = find_claims(offerings=offerings, on=today)
    open_intakes = Prefetch("intakes", queryset=Intake.objects.open_on(today))
    rows = offerings.select_related("program__institution", "campus").prefetch_related(open_intakes)
    rows = rows.annotate(is_askable=takes_requests("program__institution"))
    ordered = sorted(rows, key=lambda row: chosen.index(row.public_id))
    return [
        OfferingView(one, claims.get(one.pk, ()), list(one.intakes.all()))
        for one in ordered[:MOST_COMPARED]
    ]
