"""Keeps loaded rows current without touching what people changed.

A loader stores with each row the digest of the values it loaded. As long as the row still
has these values, nobody has edited it and a newer file may; otherwise it is left alone.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models


class Verdict(StrEnum):
    """What is to be done with one row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    EDITED = "edited"


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256 of the values; equal values have equal digests, however they are typed."""
    plain = {name: _plain(value) for name, value in values.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def judge(
    *, row: models.Model | None, values: Mapping[str, Any], digest_field: str, ours: bool = False
) -> Verdict:
    """Compare a row with the values at hand.

    A row without a digest was made by hand and counts as edited, unless it is ``ours``.
    """
    if row is None:
        return Verdict.CREATE
    stored = getattr(row, digest_field)
    if stored and stored == digest_of(values):
        return Verdict.UNCHANGED
    current = {name: getattr(row, _attribute(row, name)) for name in values}
    if ours or (stored and stored == digest_of(current)):
        return Verdict.UPDATE
    return Verdict.EDITED


def _attribute(row: models.Model, name: str) -> str:
    """A foreign key is compared by its id, so that no query is needed."""
    return row._meta.get_field(name).attname if name != "pk" else name


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
