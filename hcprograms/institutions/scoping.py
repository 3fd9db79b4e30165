"""Personal data is read inside a scope only: a query that names no institution fails closed.

``with scope(institution=institution)`` (or a list of them) narrows every query below; code that
rightly spans institutions says so with ``with scopes_disabled()``. Both come from django-scopes.
"""

from typing import Any, ClassVar, TypeVar

from django.db import models
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.manager import DisabledQuerySet

__all__ = ["LeadScopedManager", "ScopedManager", "scope", "scopes_disabled"]

ModelT = TypeVar("ModelT", bound=models.Model)


class ScopedManager(models.Manager[ModelT]):
    """A manager whose queries need a scope; raises ``django_scopes.exceptions.ScopeError``.

    django-scopes builds such managers at run time; this is the same rule as a class, so that
    types and related managers can be followed.
    """

    scope_path: ClassVar[str] = "institution"

    def get_queryset(self) -> models.QuerySet[ModelT]:
        current: dict[str, Any] = get_scope()
        if not current.get("_enabled", True):
            return super().get_queryset()
        if "institution" not in current:
            closed: models.QuerySet[ModelT] = DisabledQuerySet(
                self.model, using=self._db, missing_scopes={"institution"}
            )
            return closed
        return super().get_queryset().filter(**self._lookup(current["institution"]))

    def all(self) -> models.QuerySet[ModelT]:
        """Everything in scope; a missing scope is noticed here, not at iteration."""
        rows = self.get_queryset()
        return rows.all() if isinstance(rows, DisabledQuerySet) else rows

    def _lookup(self, institution: Any) -> dict[str, Any]:
        many = not isinstance(institution, models.Model)
        return {f"{self.scope_path}__in" if many else self.scope_path: institution}


class LeadScopedManager(ScopedManager[ModelT]):
    """The same for rows that reach their institution through their lead."""

    scope_path = "lead__institution"
