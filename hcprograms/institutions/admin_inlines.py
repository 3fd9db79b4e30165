"""Inlines of scoped admins."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from hcprograms.institutions.admin_forms import ScopedInlineFormSet, ScopedModelForm
from hcprograms.institutions.admin_permissions import ScopedPermissions, institution_paths

if TYPE_CHECKING:
    AnyTabularInline = admin.TabularInline[Any, Any]
    AnyStackedInline = admin.StackedInline[Any, Any]
else:
    AnyTabularInline = admin.TabularInline
    AnyStackedInline = admin.StackedInline


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
