"""What a person may do in the admin: their access, their scope around each page, their own rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hcprograms.institutions.access import Access, Area, Right, find_access, institution_id_of
from hcprograms.institutions.admin.forms import FORM_FIELDS
from hcprograms.institutions.change_log import set_actor
from hcprograms.institutions.hours import read_zone

if TYPE_CHECKING:
    AnyBaseAdmin = BaseModelAdmin[Any]
else:
    AnyBaseAdmin = BaseModelAdmin


View = Callable[..., HttpResponseBase]
Method = Callable[..., HttpResponseBase]


def access_of(request: HttpRequest) -> Access:
    """What the person behind this request may do; looked up once per request."""
    known: Access | None = getattr(request, "_hcprograms_access", None)
    if known is None:
        known = find_access(user=request.user)
        request._hcprograms_access = known  # type: ignore[attr-defined]
    return known


def in_scope(view: View) -> View:
    """The view, run and rendered inside the scope of the person who asks, and in their name.

    A template response is rendered here: Django would do it after the scope has ended.
    """

    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with institution_scope(access_of(request)), set_actor(user_id=request.user.pk):
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    scoped.is_scoped = True  # type: ignore[attr-defined]
    return scoped


@contextmanager
def institution_scope(access: Access) -> Iterator[None]:
    """The person's scope; times are read and written as the clock of their institution shows them.

    Who works in several institutions, or in all, keeps the site's own time.
    """
    zone = timezone.override(read_zone(access.time_zone)) if access.time_zone else nullcontext()
    with access.scope(), zone:
        yield


def require_post(get_page: Callable[..., str]) -> Callable[[Method], Method]:
    """Let a method of an admin answer POST only; GET is sent to the page that has its button.

    A browser asks by GET when the person was signed out before they pressed the button: the
    sign-in page sends them on to the address of the button. ``get_page`` takes the arguments of
    the address and returns the address of the page.
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def answer(
            owner: object, request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                text = _("You were signed out, so this was not done. Please do it again.")
                messages.warning(request, text)
                return HttpResponseRedirect(get_page(*args, **kwargs))
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return method(owner, request, *args, **kwargs)

        return answer

    return decorate


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
        everything = model._default_manager.all()
        is_open = is_reference(self.admin_site, model) or access_of(request).is_unlimited
        return everything if is_open else everything.none()

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
    registered = site.get_model_admin(model) if site.is_registered(model) else None
    return registered if isinstance(registered, ScopedPermissions) else None


def is_reference(site: AdminSite, model: type[models.Model]) -> bool:
    """Whether the rows of this model are the same for all institutions."""
    registered = site.get_model_admin(model) if site.is_registered(model) else None
    return bool(getattr(registered, "is_reference", False))


def institution_paths(site: AdminSite) -> dict[type[models.Model], str]:
    """Model → the lookup to its institution, of everything registered."""
    scoped = {model: scoped_admin_of(site, model) for model in apps.get_models()}
    return {model: one.institution_path for model, one in scoped.items() if one is not None}
