"""Rights in the admin by membership, and choices from one's own rows, for pages and inlines."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import Area, Right, institution_id_of
from hcprograms.institutions.admin_requests import access_of

if TYPE_CHECKING:
    AnyBaseAdmin = BaseModelAdmin[Any]
else:
    AnyBaseAdmin = BaseModelAdmin


class DefaultJSONField(forms.JSONField):
    """JSON of the same kind as the column's default, a list or an object; empty: the default."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        default = self.initial() if callable(self.initial) else None
        if default is None:
            return found
        if found is None:
            return default
        if type(found) is not type(default):
            is_list = isinstance(default, list)
            raise ValidationError(_("Give a list: […].") if is_list else _("Give an object: {…}."))
        return found


class ParagraphsField(forms.CharField):
    """Text of several lines. Browsers send CRLF; what is stored keeps its own line ends."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


FORM_FIELDS: Any = {
    models.URLField: {"assume_scheme": "https"},
    models.JSONField: {"form_class": DefaultJSONField},
    models.TextField: {"form_class": ParagraphsField},
}
"""How the admin lets people fill in columns of these types."""


class ScopedPermissions(AnyBaseAdmin):
    """Rights by membership, and choices of foreign keys from one's own rows; for both below.

    ``area`` says which right is asked; ``institution_path`` is the lookup from a row to its
    institution. ``has_shared_rows``: rows without an institution are there for all to read.
    """

    area: ClassVar[Area]
    institution_path: ClassVar[str]
    has_shared_rows: ClassVar[bool] = False
    always_select: ClassVar[tuple[str, ...]] = ()
    formfield_overrides = FORM_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for name in ("area", "institution_path"):
            if not hasattr(self, name):
                raise ImproperlyConfigured(f"{type(self).__name__} does not say its {name}")
        super().__init__(*args, **kwargs)

    def allows(self, request: HttpRequest, right: Right, row: models.Model | None) -> bool:
        """Whether the person has the right on this row; ``None``: on any row at all."""
        access = access_of(request)
        if row is None or row.pk is None:
            return access.allows(area=self.area, right=right, institution_id=None)
        owner = institution_id_of(row, path=self.path_of(row))
        if owner is None and not access.is_unlimited:
            return self.has_shared_rows and right == Right.VIEW
        return access.allows(area=self.area, right=right, institution_id=owner)

    def path_of(self, row: models.Model) -> str:
        """The lookup to the institution of this row; an inline is asked about its parent."""
        if isinstance(row, self.model):
            return self.institution_path
        scoped = scoped_admin_of(self.admin_site, type(row))
        if scoped is None:
            raise ImproperlyConfigured(f"{type(row).__name__} has no scoped admin")
        return str(scoped.institution_path)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.VIEW, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.CHANGE, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.CHANGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, Right.CHANGE, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        with access_of(request).scope():
            rows = super().get_queryset(request)
        return self.narrow(request, rows, area=self.area, right=Right.VIEW)

    def narrow(
        self, request: HttpRequest, rows: models.QuerySet[Any], *, area: Area, right: Right
    ) -> models.QuerySet[Any]:
        """Of these rows of our model, those on which the person has the right."""
        access = access_of(request)
        mine = access.narrow(rows, path=self.institution_path, area=area, right=right)
        if self.has_shared_rows and right == Right.VIEW and not access.is_unlimited:
            mine |= rows.filter(**{f"{self.institution_path}__isnull": True})
        return mine.select_related(*self.always_select) if self.always_select else mine

    def choices_of(
        self, request: HttpRequest, model: type[models.Model], *, right: Right
    ) -> models.QuerySet[Any]:
        """Rows of another model that may be offered here; none where nobody has said which."""
        other = scoped_admin_of(self.admin_site, model)
        if other is not None:
            with access_of(request).scope():
                rows = model._default_manager.all()
            mine: models.QuerySet[Any] = other.narrow(request, rows, area=self.area, right=right)
            return mine
        shared = getattr(self.admin_site._registry.get(model), "is_reference", False)
        everything = model._default_manager.all()
        return everything if shared or access_of(request).is_unlimited else everything.none()

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_of(
            request, db_field.remote_field.model, right=Right.CHANGE
        )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_of(
            request, db_field.remote_field.model, right=Right.CHANGE
        )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def scoped_admin_of(site: AdminSite, model: type[models.Model]) -> Any:
    """The admin in which this model is registered, if it keeps institutions apart."""
    registered = site._registry.get(model)
    return registered if isinstance(registered, ScopedPermissions) else None


def institution_paths(site: AdminSite) -> dict[type[models.Model], str]:
    """Model → the lookup to its institution, of everything registered."""
    return {
        model: one.institution_path
        for model, one in site._registry.items()
        if isinstance(one, ScopedPermissions)
    }
