"""Constraints of the database, asked beforehand and told under the columns that they are about."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _


def check_constraints(instance: Any, *, blame: Callable[[Sequence[str]], Sequence[str]]) -> None:
    """Raise ``ValidationError`` by field; ``blame`` picks from the fields of a constraint."""
    errors: dict[str, Any] = {}
    for constraint in instance._meta.constraints:
        try:
            constraint.validate(type(instance), instance)
        except ValidationError as refusal:
            text = refusal.messages[0]
            if constraint.violation_error_message == constraint.default_violation_error_message:
                text = _("out of range, or does not go with the other cells")
            for name in blame(fields_of(constraint)):
                errors.setdefault(name, []).append(ValidationError(text))
    if errors:
        raise ValidationError(errors)


def fields_of(constraint: Any) -> list[str]:
    """The names of the fields that a constraint is about."""
    if isinstance(constraint, models.UniqueConstraint):
        return list(constraint.fields)
    found: list[str] = []
    pending: list[Any] = [constraint.condition]
    while pending:
        node: Any = pending.pop()
        if isinstance(node, Q):
            pending += node.children
        elif isinstance(node, tuple):
            found.append(str(node[0]).split("__")[0])
            pending += [node[1]] if isinstance(node[1], models.F) else []
        elif hasattr(node, "name"):  # F("field")
            found.append(str(node.name).split("__")[0])
    return sorted(set(found))
