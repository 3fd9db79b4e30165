"""The history of a row, read: who changed what, when, from what to what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

MOST = 200
"""Rows of history that are read of one kind, the newest; older ones stay in the database."""
NOTHING = "–"


class Child(NamedTuple):
    """Rows whose changes are told with their parent's: their model, the foreign key to the
    parent, and the fields that tell one from another.
    """

    model: type[models.Model]
    parent: str
    label: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's value before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a row. ``subject`` is empty for the row itself and names a child otherwise.

    ``kind`` is ``+`` created, ``~`` changed, ``-`` deleted. No ``fields`` on a ``~`` means that
    the row's history began with it: what it was before is not known.
    """

    at: datetime
    user_id: Any
    reason: str
    kind: str
    subject: str
    fields: Sequence[FieldChange]


class _Step(NamedTuple):
    """A row of history with the one before it, if that is known."""

    before: Any
    now: Any
    label: tuple[str, ...]


def read_changes(*, row: models.Model, children: Sequence[Child] = ()) -> list[Change]:
    """The changes of a row and of its children, the newest first.

    One query for the row, one for each kind of child, one for each kind of thing pointed to.
    """
    steps = [*_follow(type(row), (), pk=row.pk)]
    for child in children:
        steps += _follow(child.model, child.label, parent=child.parent, pk=row.pk)
    names = _Names()
    compared = [(step, _compare(step)) for step in steps]
    for step, pairs in compared:
        names.need(step, pairs)
    names.load()
    told = [_tell(step, pairs, names) for step, pairs in compared if pairs or _says_something(step)]
    return sorted(told, key=lambda change: change.at, reverse=True)


def _follow(model: Any, label: tuple[str, ...], *, parent: str = "", pk: Any) -> Iterable[_Step]:
    rows = model.history.filter(**{f"{parent}_id" if parent else model._meta.pk.attname: pk})
    strands: dict[Any, list[Any]] = defaultdict(list)
    for one in rows.order_by("-history_date", "-history_id")[:MOST]:
        strands[getattr(one, model._meta.pk.attname)].append(one)
    for newest_first in strands.values():
        before = None
        for now in reversed(newest_first):
            yield _Step(before, now, label)
            before = now


def _compare(step: _Step) -> list[tuple[Any, Any, Any]]:
    """Field, value before and value after, of what differs."""
    before, now = step.before, step.now
    if before is None or now.history_type != "~":
        return []
    model = now.instance_type
    recorded = model._meta.recorded_history
    pairs = [
        (field, getattr(before, field.attname), getattr(now, field.attname))
        for field in recorded.fields_included(model)
    ]
    for name in recorded.many:
        field = model._meta.get_field(name)
        pairs.append((field, before.history_many.get(name), now.history_many.get(name)))
    return [(field, old, new) for field, old, new in pairs if (old or None) != (new or None)]


def _says_something(step: _Step) -> bool:
    """Saving a row as it was is no change."""
    return step.now.history_type != "~" or step.before is None


def _tell(step: _Step, pairs: list[tuple[Any, Any, Any]], names: "_Names") -> Change:
    now = step.now
    model = now.instance_type
    told = [
        names.text(model._meta.get_field(name), getattr(now, model._meta.get_field(name).attname))
        for name in step.label
    ]
    kind_of_row = capfirst(str(model._meta.verbose_name))
    return Change(
        at=now.history_date,
        user_id=now.history_user_id,
        reason=now.history_change_reason,
        kind=now.history_type,
        subject=f"{kind_of_row}: {', '.join(told)}" if step.label else "",
        fields=[
            FieldChange(
                capfirst(str(field.verbose_name)), names.text(field, old), names.text(field, new)
            )
            for field, old, new in pairs
        ],
    )


class _Names:
    """Values in words; the names of what foreign keys point to are read together."""

    def __init__(self) -> None:
        self.wanted: dict[Any, set[Any]] = defaultdict(set)
        self.found: dict[tuple[Any, Any], str] = {}

    def need(self, step: _Step, pairs: list[tuple[Any, Any, Any]]) -> None:
        model = step.now.instance_type
        fields = [model._meta.get_field(name) for name in step.label]
        labels = [(field, getattr(step.now, field.attname), None) for field in fields]
        for field, old, new in [*pairs, *labels]:
            if field.is_relation:
                for value in (old, new):
                    ids = value if isinstance(value, list) else [value]
                    self.wanted[field.related_model] |= {pk for pk in ids if pk is not None}

    def load(self) -> None:
        for model, ids in self.wanted.items():
            parents = [field.name for field in model._meta.fields if field.many_to_one]
            rows = model._base_manager.filter(pk__in=ids)
            # Without names, select_related() would follow every relation there is.
            for row in rows.select_related(*parents) if parents else rows:
                self.found[model, row.pk] = str(row)

    def text(self, field: Any, value: Any) -> str:
        if field.is_relation:
            ids = value if isinstance(value, list) else [value]
            named = [
                self.found.get((field.related_model, pk), f"#{pk}") for pk in ids if pk is not None
            ]
            return ", ".join(named) or NOTHING
        if value is None or value in ("", []):
            return NOTHING
        return _in_words(dict(field.flatchoices).get(value, value) if field.choices else value)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return str(number_format(value.normalize(), use_l10n=True))
    if isinstance(value, list):
        return ", ".join(_in_words(one) for one in value)
    return str(value)
