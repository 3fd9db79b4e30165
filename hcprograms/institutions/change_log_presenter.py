"""The changes of a row as its History page shows them, from the change log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst

from hcprograms.institutions.change_log import ChangeLogEntry
from hcprograms.institutions.value_words import NOTHING, format_value

MOST = 200
"""Entries that are read of one kind of row, the newest; older ones stay in the database."""

Model = type[models.Model]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's value before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row. ``subject`` is empty for the row itself and names a child otherwise.

    ``fields`` is empty where a row was created or deleted.
    """

    at: datetime
    user_id: Any
    reason: str
    action: str
    subject: str
    fields: Sequence[FieldChange]


def list_changes(*, row: models.Model, children: Sequence[Model] = ()) -> list[Change]:
    """List the changes of a row and of its children, the newest first.

    One query for the row, one for each kind of child, one for each kind of thing pointed to.
    """
    found = [(type(row), one) for one in _read(type(row), object_id=row.pk)]
    for child in children:
        found += [(child, one) for one in _read(child, parent_id=row.pk)]
    found.sort(key=lambda pair: (pair[1].at, pair[1].pk), reverse=True)
    names = _read_names(found)
    return [
        Change(
            at=entry.at,
            user_id=entry.user_id,
            reason=entry.reason,
            action=entry.action,
            subject=_format_subject(model, entry) if model in children else "",
            fields=[
                _format_change(model, name, pair, names)
                for name, pair in _changed_fields(model, entry)
            ],
        )
        for model, entry in found
    ]


def _read(model: Model, **of: Any) -> Iterable[ChangeLogEntry]:
    rows = ChangeLogEntry.objects.filter(object_type=model._meta.model_name, **of)
    return rows.order_by("-at", "-pk")[:MOST]


def _changed_fields(model: Model, entry: ChangeLogEntry) -> list[tuple[str, list[Any]]]:
    """The values of a row that was created or deleted are on record, and would tell too much."""
    if entry.action != ChangeLogEntry.Action.CHANGED:
        return []
    # PostgreSQL orders the keys of JSON by itself.
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    order = {field.name: number for number, field in enumerate(fields)}
    return sorted(entry.changes.items(), key=lambda item: order.get(item[0], len(order)))


def _format_subject(model: Model, entry: ChangeLogEntry) -> str:
    return f"{capfirst(str(model._meta.verbose_name))}: {entry.object_text}"


def _find_field(model: Model, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None  # a later release has another name for it, or none


def _read_names(found: Sequence[tuple[Model, ChangeLogEntry]]) -> dict[tuple[Any, Any], str]:
    """Model and id → how a row that some relation points to is called now."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for model, entry in found:
        for name, pair in _changed_fields(model, entry):
            field = _find_field(model, name)
            if field is not None and field.is_relation:
                wanted[field.related_model] |= {pk for value in pair for pk in _as_ids(value)}
    names = {}
    for model, ids in wanted.items():
        parents = [field.name for field in model._meta.get_fields() if field.many_to_one]
        rows = model._base_manager.filter(pk__in=ids)
        # Without names, select_related() would follow every relation there is.
        for row in rows.select_related(*parents) if parents else rows:
            names[model, row.pk] = str(row)
    return names


def _as_ids(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _format_change(
    model: Model, name: str, pair: list[Any], names: dict[tuple[Any, Any], str]
) -> FieldChange:
    field = _find_field(model, name)
    if field is None:
        return FieldChange(name, *(NOTHING if value is None else str(value) for value in pair))
    label = capfirst(str(field.verbose_name))
    if field.is_relation:
        known = [
            [names.get((field.related_model, pk), f"#{pk}") for pk in _as_ids(value)]
            for value in pair
        ]
        return FieldChange(label, *(", ".join(one) or NOTHING for one in known))
    return FieldChange(label, *(format_value(field, _from_json(field, value)) for value in pair))


def _from_json(field: Any, value: Any) -> Any:
    """JSON keeps days and amounts as text."""
    try:
        return value if isinstance(value, list | dict) else field.to_python(value)
    except ValidationError:
        return value
