"""The list filter for data quality issues; the start page links to it."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hcprograms.catalog.care import CARE

MANY = 100
"""Stands for any number of rows, where a label is said of them in general."""
LABELS: dict[str, Any] = {
    "changed": ngettext_lazy(
        "accreditation suspended by a change", "accreditations suspended by a change"
    ),
    "verify": ngettext_lazy("accreditation record to verify", "accreditation records to verify"),
    "expiring": ngettext_lazy(
        "accreditation record ended or ending", "accreditation records ended or ending"
    ),
    "start": ngettext_lazy("offering past its last start", "offerings past their last start"),
    "price": ngettext_lazy("offering without a price", "offerings without a price"),
    "states": ngettext_lazy("offering without states", "offerings without states"),
    "roles": ngettext_lazy("program that leads to no role", "programs that lead to no role"),
    "contested": ngettext_lazy(
        "contested job without our own view", "contested jobs without our own view"
    ),
}
"""To be said of a number of rows: ``label % count``, which does not name the number."""


class DataQualityFilter(admin.SimpleListFilter):
    title = _("needs care")
    parameter_name = "care"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (key, LABELS[key] % MANY)
            for key, (model, _find) in CARE.items()
            if model is model_admin.model
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        model, find = CARE.get(self.value() or "", (None, None))
        if model is not queryset.model or find is None:
            return queryset
        return find(queryset, today=timezone.localdate())
