"""Numbers beside the rows of a list, found for the rows shown and not for the whole table."""

from typing import Any

from django.db.models import Aggregate, OuterRef, QuerySet, Subquery


def beside(rows: "QuerySet[Any]", *, by: str, value: Aggregate) -> Subquery:
    """An aggregate over those of ``rows`` that point to the outer row by the foreign key ``by``."""
    mine = rows.filter(**{by: OuterRef("pk")}).order_by()
    return Subquery(mine.values(by).annotate(found=value).values("found"))
