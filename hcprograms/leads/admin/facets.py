"""How many leads each choice of the inbox's filters would show: one grouped query for all."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from hcprograms.institutions.models import Membership

IS_MERGED = ExpressionWrapper(Q(merged_into__isnull=False), output_field=BooleanField())


class Combination(NamedTuple):
    """What filters tell apart, of a number of leads that are alike in it."""

    status: str
    form: int
    form_title: str
    advisor: int | None
    source: str
    is_waiting: bool
    is_merged: bool


class Facets:
    """Counts of leads by combination, before any of the filters that look at combinations."""

    def __init__(self, rows: "QuerySet[Any]") -> None:
        self.counts = _count(rows)
        self._members: dict[int, Membership] | None = None

    def count(
        self,
        *,
        value_of: Callable[[Combination], Any],
        passes: Callable[[Combination], bool],
    ) -> Mapping[Any, int]:
        """Value → how many leads have it, among those that pass the other filters."""
        found: Counter[Any] = Counter()
        for one, number in self.counts.items():
            found[value_of(one)] += number if passes(one) else 0
        return found

    def name_advisor(self, membership_id: int) -> str:
        member = self._read_members().get(membership_id)
        return member.display_name if member else "–"

    def find_gone(self) -> set[int]:
        """Members who have leads here and cannot sign in any more."""
        members = self._read_members().values()
        return {one.pk for one in members if not (one.is_active and one.user.is_active)}

    def _read_members(self) -> Mapping[int, Membership]:
        if self._members is None:
            wanted = {one.advisor for one in self.counts if one.advisor}
            members = Membership.objects.filter(pk__in=wanted).select_related("user")
            self._members = members.in_bulk()
        return self._members

    def title_form(self, form_id: int) -> str:
        return next((one.form_title for one in self.counts if one.form == form_id), "–")


def _count(rows: "QuerySet[Any]") -> dict[Combination, int]:
    grouped = (
        rows.order_by()
        .values_list("status", "form_id", "form__title", "assigned_to_id", "source", "is_waiting")
        .annotate(is_merged=IS_MERGED, number=Count("pk"))
    )
    return {Combination(*values): number for *values, number in grouped}
