"""Institutions apart in the Django admin: every page shows and takes one's own rows only.

It fails closed. What a person may do comes from memberships (``access``), never from Django's
permission lists. An object of another institution is answered like one that does not exist.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models, router
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.http import urlencode

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.filters import ScopedRelatedFilter
from hcprograms.institutions.admin.forms import FORM_FIELDS, ScopedInlineFormSet, ScopedModelForm
from hcprograms.institutions.admin.history import HistoryAdmin
from hcprograms.institutions.admin.permissions import (
    ScopedPermissions,
    access_of,
    in_scope,
    institution_paths,
    scoped_admin_of,
)
from hcprograms.institutions.row_ids import is_row_id

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:
    AnyModelAdmin = admin.ModelAdmin
    AnyTabularInline = admin.TabularInline
    AnyStackedInline = admin.StackedInline


LOOKUPS = frozenset(
    {"exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day", "date"}
)


class PluginMedia:
    css = {"all": ["hcprograms/admin.css"]}


class GuardedAdmin(AnyModelAdmin):
    """Every URL, added ones too, runs and renders in the scope of who asks.

    The address filters by what the admin class declares, and by nothing else. Django allows every
    column of the model itself, and so lets people guess what no page shows them:
    ``?secret__startswith=a`` answers whether it does. ``extra_lookups`` names paths that links use
    besides ``list_filter`` and ``date_hierarchy``.
    """

    extra_lookups: ClassVar[tuple[str, ...]] = ()

    @property
    def urls(self) -> list[URLPattern]:
        patterns = self.get_urls()
        if not all(isinstance(one, URLPattern) for one in patterns):
            raise ImproperlyConfigured(f"{type(self).__name__} includes URLs unscoped")
        return [
            URLPattern(one.pattern, in_scope(one.callback), one.default_args, one.name)
            for one in patterns
        ]

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


class Link(NamedTuple):
    """A link to a related page, shown where the admin has its object tools."""

    url: str
    label: Any


class ScopedAdmin(HistoryAdmin, GuardedAdmin):
    """Base of every admin whose rows belong to an institution."""

    Media = PluginMedia

    form = ScopedModelForm
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def changeable(self, request: HttpRequest, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Of the rows chosen for an action, those that the person may change."""
        return self.narrow(request, rows, area=self.area, right=Right.CHANGE)

    def get_list_filter(self, request: HttpRequest) -> Any:
        scoped = [self.scope_filter(one) for one in super().get_list_filter(request)]
        return [one for one in scoped if not (works_in_one(request) and self.is_institution(one))]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Who works in one institution need not read its name in every row."""
        shown = super().get_list_display(request)
        return [one for one in shown if not (works_in_one(request) and self.is_institution(one))]

    def is_institution(self, one: Any) -> bool:
        """Whether a column or filter tells institutions apart."""
        name = one[0] if isinstance(one, tuple) else one
        return isinstance(name, str) and name in {self.institution_path, "institution_name"}

    def scope_filter(self, one: Any) -> Any:
        """A filter by a foreign key offers one's own rows; Django's would offer everybody's."""
        if not isinstance(one, str):
            return one
        field = get_fields_from_path(self.model, one)[-1]
        if field.is_relation:
            return one, ScopedRelatedFilter
        if "__" in one and not field.choices:
            raise ImproperlyConfigured(f"{type(self).__name__}: {one} would list all its values")
        return one

    def filter_choices_of(
        self, request: HttpRequest, model: type[models.Model]
    ) -> models.QuerySet[Any]:
        """What a list filter by this model offers."""
        return self.choices_of(request, model, right=Right.VIEW)

    def list_links(self, request: HttpRequest) -> list[Link]:
        """Override: the links above the list."""
        return []

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        """Override: the links on the page of this row."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {"list_links": self.list_links(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        context["object_links"] = self.object_links(request, row) if row else []
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.institution_paths = institution_paths(self.admin_site)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who works in one institution need not choose it; ids that are none are left out."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        relations = {field.name for field in self.opts.fields if field.is_relation}
        for name in relations & initial.keys():
            if not is_row_id(str(initial[name])):
                del initial[name]
        if self.institution_path == "institution" and works_in_one(request):
            initial.setdefault("institution", next(iter(access_of(request).roles)))
        return initial

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go with these; nothing is named, and nothing may go, beyond one's own."""
        if self.deletes_out_of_scope(objs, request):
            return [], {}, {str(self.opts.verbose_name)}, []
        return super().get_deleted_objects(objs, request)

    def deletes_out_of_scope(self, rows: Iterable[models.Model], request: HttpRequest) -> bool:
        """Whether deleting these would take along a row that the person may not see."""
        if access_of(request).is_unlimited:
            return False
        collector = NestedObjects(using=router.db_for_write(self.model), origin=list(rows))
        found_by_model: Any = collector.model_objs
        collector.collect(list(rows))
        for model, found in found_by_model.items():
            other = scoped_admin_of(self.admin_site, model)
            if other is None:
                continue
            visible = other.get_queryset(request).filter(pk__in=[row.pk for row in found])
            if visible.count() < len(found):
                return True
        return False


def works_in_one(request: HttpRequest) -> bool:
    access = access_of(request)
    return not access.is_unlimited and len(access.roles) == 1


class ReferenceAdmin(GuardedAdmin):
    """Reference data that all institutions share: superusers keep it, every member reads it."""

    Media = PluginMedia
    is_reference = True
    show_full_result_count = False
    formfield_overrides = FORM_FIELDS
    view_on_site = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).allows_anything

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).is_unlimited

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access_of(request).is_unlimited

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request).is_unlimited

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class ScopedInline(ScopedPermissions):
    """Mixed into an inline whose parent has a scoped admin."""

    formset: Any = ScopedInlineFormSet
    form: Any = ScopedModelForm
    extra = 0

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.form.institution_paths = institution_paths(self.admin_site)
        return formset


class ScopedTabularInline(ScopedInline, AnyTabularInline):
    pass


class ScopedStackedInline(ScopedInline, AnyStackedInline):
    pass


def admin_url(name: str, *args: Any, **query: Any) -> str:
    """The address of one of our admin pages, such as ``offering_add``, with a query."""
    url = reverse(f"admin:hcprograms_{name}", args=args)
    return f"{url}?{urlencode(query)}" if query else url
