"""List filters of the admin."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import RelatedFieldListFilter, SimpleListFilter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import has_no_clock

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by a foreign key, with the rows that the person may see, and hidden when long."""

    LONGEST = 60

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> list[tuple[str, Any]]:
        """Read once for each request: counting what each filter finds asks for them anew."""
        kept = request.__dict__.setdefault("_hcprograms_filter_choices", {})
        key = (type(model_admin), field.related_model)
        if key not in kept:
            rows = model_admin.filter_choices_of(request, field.related_model)  # type: ignore[attr-defined]
            kept[key] = [(str(row.pk), str(row)) for row in rows[: self.LONGEST + 1]]
        return list(kept[key])

    def has_output(self) -> bool:
        return super().has_output() and len(self.lookup_choices) <= self.LONGEST


class ClockFilter(SimpleListFilter):
    """Institutions whose time zone is unknown."""

    title = _("needs care")
    parameter_name = "care"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("clock", _("unknown time zone"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(has_no_clock()) if self.value() == "clock" else queryset
