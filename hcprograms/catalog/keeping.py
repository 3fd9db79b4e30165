"""Keeps loaded rows current without touching what people changed.

A loader stores with each row the digest of the values it loaded. As long as the row still
has these values, nobody has edited it and a newer file may; otherwise it is left alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

from hcprograms.catalog.reports import Report

ModelT = TypeVar("ModelT", bound=models.Model)


class Verdict(StrEnum):
    """What is to be done with one row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    EDITED = "edited"


def keep_row(
    model: type[ModelT],
    *,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    digest_field: str,
    report: Report,
    many: Mapping[str, Sequence[models.Model]] | None = None,
    added: Sequence[str] = (),
) -> ModelT:
    """Create the row found by ``key``, or bring it up to date unless somebody edited it.

    ``many`` are its many-to-many relations; ``added`` are columns that earlier releases did not
    load. Returns the row as it now is, and counts it.
    """
    many = many or {}
    row = model._default_manager.filter(**key).first()
    wanted = {**values, **{name: sorted(item.pk for item in many[name]) for name in many}}
    verdict = judge(
        row=row,
        values=wanted,
        digest_field=digest_field,
        added=added,
        current=_values_and_relations(row=row, values=values, many=many) if row else None,
    )
    label = str(model._meta.verbose_name)
    if verdict is Verdict.UNCHANGED:
        report.unchanged[label] += 1
    elif verdict is Verdict.EDITED:
        reason = f"“{row}” was edited here and is left as it is"
        report.skip(table=label, reason=reason, sort="edited here, left as it is")
    else:
        fresh = row is None
        row = row or model(**key)
        for name, value in {**values, digest_field: digest_of(wanted)}.items():
            setattr(row, name, value)
        row.save()
        for name, items in many.items():
            getattr(row, name).set(items)
        (report.created if fresh else report.updated)[label] += 1
    assert row is not None
    return row


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of the values; equal values have equal digests, however they are typed."""
    plain = {name: _plain(value) for name, value in values.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def judge(
    *,
    row: models.Model | None,
    values: Mapping[str, Any],
    digest_field: str,
    current: Mapping[str, Any] | None = None,
    added: Sequence[str] = (),
) -> Verdict:
    """Compare a row with the values at hand. A row without a digest was made by hand.

    ``current`` are the row's values, where they are more than its own columns. A row that an
    earlier release loaded, without the ``added`` columns, was not edited while these are empty.
    """
    if row is None:
        return Verdict.CREATE
    stored = getattr(row, digest_field)
    if stored and stored == digest_of(values):
        return Verdict.UNCHANGED
    now = current if current is not None else values_of(row=row, names=values)
    if not stored:
        return Verdict.EDITED
    earlier = {name: value for name, value in now.items() if name not in added or value}
    is_as_loaded = stored in (digest_of(now), digest_of(earlier))
    return Verdict.UPDATE if is_as_loaded else Verdict.EDITED


def values_of(*, row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The row's present values; a foreign key by its id, so that no query is needed."""
    columns = {name: getattr(row._meta.get_field(name), "attname", name) for name in names}
    return {name: getattr(row, column) for name, column in columns.items()}


def _values_and_relations(
    *, row: models.Model, values: Iterable[str], many: Iterable[str]
) -> dict[str, Any]:
    related = {name: sorted(getattr(row, name).values_list("pk", flat=True)) for name in many}
    return {**values_of(row=row, names=values), **related}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, bool | int | None):
        return value
    return str(value)
