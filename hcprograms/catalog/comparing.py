"""Offerings side by side."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch

from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.models.programs import Intake, Offering
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.institutions.requests import takes_requests

MOST_COMPARED = 4


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
