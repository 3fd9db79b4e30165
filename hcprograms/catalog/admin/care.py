"""A list filter for what needs care; the start page links to it."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.care import CARE

LABELS = {
    "verify": _("accreditation records to verify"),
    "expiring": _("accreditation records ended or ending"),
    "start": _("offerings past their last start"),
    "price": _("offerings without a price"),
    "states": _("offerings without states"),
    "roles": _("programs that lead to no role"),
    "contested": _("contested jobs without our own view"),
}


class CareFilter(admin.SimpleListFilter):
    title = _("needs care")
    parameter_name = "care"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (key, LABELS[key]) for key, (model, _find) in CARE.items() if model is model_admin.model
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        model, find = CARE.get(self.value() or "", (None, None))
        if model is not queryset.model or find is None:
            return queryset
        return find(queryset, today=timezone.localdate())
