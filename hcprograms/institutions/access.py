"""Who may do what where: the role that a membership gives, asked anew on every request."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from hcprograms.institutions.models import Membership, Role
from hcprograms.institutions.scoping import scope, scopes_disabled

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

ModelT = TypeVar("ModelT", bound=models.Model)


class Area(StrEnum):
    """A part of an institution's business that a right is given for."""

    INSTITUTION = "institution"  # its name, campuses and hours
    STAFF = "staff"
    CATALOG = "catalog"
    FORMS = "forms"  # interest forms and consent texts
    LEADS = "leads"  # everything about applicants: leads, consents, follow-ups, capture log


class Right(IntEnum):
    NONE = 0
    VIEW = 1
    CHANGE = 2
    MANAGE = 3  # what goes beyond daily work: export, erase


def _rights(default: Right, **others: Right) -> Mapping[Area, Right]:
    return {area: others.get(area.value, default) for area in Area}


RIGHTS: Mapping[str, Mapping[Area, Right]] = {
    Role.OWNER: _rights(Right.MANAGE),
    Role.MANAGER: _rights(Right.MANAGE),
    Role.ADVISOR: _rights(Right.VIEW, leads=Right.CHANGE),
    Role.EDITOR: _rights(Right.NONE, institution=Right.VIEW, catalog=Right.CHANGE),
    Role.VIEWER: _rights(Right.VIEW),
}


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do. ``roles`` holds the active memberships: institution id → role.

    ``time_zone`` is that of the institution for who works in one only, else empty.
    """

    is_unlimited: bool
    roles: Mapping[int, str]
    time_zone: str = ""

    @property
    def allows_anything(self) -> bool:
        """Whether the person works for any institution here."""
        return self.is_unlimited or bool(self.roles)

    def allows(self, *, area: Area, right: Right, institution_id: int | None) -> bool:
        """Whether the person has this right in the institution; ``None``: in any at all."""
        if self.is_unlimited:
            return True
        allowed = self.institution_ids(area=area, right=right)
        return bool(allowed) if institution_id is None else institution_id in allowed

    def institution_ids(self, *, area: Area, right: Right) -> frozenset[int]:
        """Where the person's *memberships* give this right; empty for most superusers."""
        return frozenset(
            institution_id
            for institution_id, role in self.roles.items()
            if RIGHTS.get(role, {}).get(area, Right.NONE) >= right
        )

    def narrow(
        self, rows: "models.QuerySet[ModelT]", *, path: str, area: Area, right: Right
    ) -> "models.QuerySet[ModelT]":
        """The rows whose institution, found by this lookup, gives the person this right."""
        if self.is_unlimited:
            return rows
        return rows.filter(**{f"{path}__in": self.institution_ids(area=area, right=right)})

    def scope(self) -> AbstractContextManager[Any]:
        """Personal data that may be seen, for the length of a ``with``."""
        if self.is_unlimited:
            return scopes_disabled()  # type: ignore[no-any-return]
        leads = self.institution_ids(area=Area.LEADS, right=Right.VIEW)
        return scope(institution=sorted(leads))  # type: ignore[no-any-return]


NO_ACCESS = Access(is_unlimited=False, roles={})


def find_access(*, user: "AbstractBaseUser | AnonymousUser") -> Access:
    """What this person may do now. One query; none for superusers and strangers."""
    if not user.is_authenticated or not user.is_active:
        return NO_ACCESS
    if getattr(user, "is_superuser", False):
        return Access(is_unlimited=True, roles={})
    memberships = Membership.objects.active().filter(user_id=user.pk).order_by()
    found = list(memberships.values_list("institution_id", "role", "institution__time_zone"))
    return Access(
        is_unlimited=False,
        roles={institution_id: role for institution_id, role, _zone in found},
        time_zone=found[0][2] if len(found) == 1 else "",
    )


def institution_id_of(row: models.Model, *, path: str) -> int | None:
    """The id at the end of a lookup such as ``program__institution`` (or ``pk``)."""
    *steps, last = path.split("__")
    here: Any = row
    for step in steps:
        here = getattr(here, step, None)
        if here is None:
            return None
    found: int | None = getattr(here, "pk" if last == "pk" else f"{last}_id", None)
    return found
