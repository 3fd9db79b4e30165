"""List filters, and which columns a list may be filtered by through its address."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin import RelatedFieldListFilter, SimpleListFilter
from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import has_no_clock

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin

LOOKUPS = frozenset(
    {"exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day", "date"}
)


class DeclaredLookups(AnyModelAdmin):
    """Filters by what the admin class declares, and by nothing else.

    Django allows every column of the model itself, and so lets people guess what no page shows
    them: ``?secret__startswith=a`` answers whether it does. ``extra_lookups`` names paths that
    links use besides ``list_filter`` and ``date_hierarchy``.
    """

    extra_lookups: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Whether the address may filter by this; Django answers 400 where it may not."""
        if lookup in self._list_parameters():
            return True
        path, rest = self._split_lookup(lookup)
        return path in self._list_paths() and all(one in LOOKUPS for one in rest)

    def _list_parameters(self) -> set[str]:
        """The parameters of filters that are classes of their own."""
        names = {getattr(one, "parameter_name", None) for one in self.list_filter}
        return {name for name in names if name}

    def _list_paths(self) -> set[str]:
        """The paths of fields that may be filtered by; the row's own id among them."""
        paths = {one[0] if isinstance(one, tuple | list) else one for one in self.list_filter}
        declared = {one for one in paths if isinstance(one, str)}
        if self.date_hierarchy:
            declared.add(self.date_hierarchy)
        return declared | set(self.extra_lookups) | {self.opts.pk.name}

    def _split_lookup(self, lookup: str) -> tuple[str, list[str]]:
        """The path of fields, and the lookups after it. The id of a relation is the relation."""
        names: list[str] = []
        options, parts = self.opts, lookup.split(LOOKUP_SEP)
        while parts:
            name = options.pk.name if parts[0] == "pk" else parts[0]
            try:
                field: Any = options.get_field(name)
            except FieldDoesNotExist:
                break
            parts.pop(0)
            if names and getattr(field, "primary_key", False):
                break
            names.append(field.name)
            if not field.is_relation or field.related_model is None:
                break
            options = field.related_model._meta
        return LOOKUP_SEP.join(names), parts


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
