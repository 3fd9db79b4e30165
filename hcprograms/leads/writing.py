"""A lead and everything that begins with it, written together.

On PostgreSQL it is one statement: the rows travel as one JSON document per table, so that
thirteen rows cost one round trip and little more work than one. Elsewhere the same rows are
inserted table by table, in a transaction.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models, transaction
from django.db.models.expressions import DatabaseDefault

from hcprograms.institutions.models import Membership
from hcprograms.leads.models.lead import Lead
from hcprograms.signals import lead_captured, lead_capturing


@dataclass(frozen=True, slots=True)
class Started:
    """What receivers want written with a lead, and done once it is."""

    rows: Sequence[models.Model] = ()
    afterwards: Sequence[Callable[[], object]] = ()

    def finish(self) -> None:
        """Call when the rows were written; what fails then is logged and harms nobody."""
        for done in self.afterwards:
            transaction.on_commit(done, robust=True)


def gather_rows(*, lead: Lead, members: Sequence[Membership] | None, now: datetime) -> Started:
    """Ask the receivers of ``lead_capturing``."""
    afterwards: list[Callable[[], object]] = []
    answers = lead_capturing.send(
        sender=Lead, lead=lead, members=members, now=now, afterwards=afterwards.append
    )
    rows: list[models.Model] = []
    for _receiver, wanted in answers:
        rows += wanted or ()  # type: ignore[arg-type]  # the stubs know of text only
    return Started(rows, afterwards)


def write_lead(*, lead: Lead, rows: Sequence[models.Model], announce: bool, now: datetime) -> None:
    """Insert the lead and these rows of it, all or none; of these only the lead gets its key.

    ``announce``: receivers of ``lead_captured`` run in the same transaction.
    """
    announce = announce and lead_captured.has_listeners(Lead)
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    # One statement is a transaction: without listeners it needs none around it.
    with nullcontext() if alone and not announce else transaction.atomic():
        _insert_all(lead, rows)
        if announce:
            lead_captured.send(sender=Lead, lead=lead, now=now)


def _insert_all(lead: Lead, rows: Sequence[models.Model]) -> None:
    if connection.vendor != "postgresql":
        lead.save(force_insert=True)
        write_rows(rows=rows)
        return
    tables = _by_table(rows)
    documents = [_as_json([lead]), *(_as_json(each) for each in tables.values())]
    with connection.cursor() as cursor:
        cursor.execute(_compose(tuple(tables)), documents)
        lead.pk = cursor.fetchone()[0]
    lead._state.adding = False
    lead._state.db = connection.alias


def write_rows(*, rows: Iterable[models.Model]) -> None:
    """Insert rows of a lead that is in the database."""
    for model, each in _by_table(rows).items():
        model._base_manager.bulk_create(each)


def _by_table(rows: Iterable[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    tables: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    return tables


@lru_cache(maxsize=64)
def _compose(tables: tuple[type[models.Model], ...]) -> str:
    """The statement for a lead and rows of these tables, one parameter for each.

    Table and column names come from the models; all values travel as parameters.
    """
    own = ", ".join(_names(Lead))
    parts = [f"lead AS ({_insert(Lead, own)} RETURNING id)"]
    for number, model in enumerate(tables):
        values = ", ".join(
            "(SELECT id FROM lead)" if name == '"lead_id"' else name for name in _names(model)
        )
        parts.append(f"rows{number} AS ({_insert(model, values)})")
    return f"WITH {', '.join(parts)} SELECT id FROM lead"  # noqa: S608  # nosec B608


def _insert(model: type[models.Model], values: str) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    return (
        f"INSERT INTO {table} ({', '.join(_names(model))})"  # noqa: S608  # nosec B608
        f" SELECT {values} FROM json_populate_recordset(NULL::{table}, %s)"
    )


def _names(model: type[models.Model]) -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in _written(model)]


@lru_cache(maxsize=64)
def _written(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns whose values come from here; the database makes the others."""
    fields = model._meta.local_concrete_fields
    return [one for one in fields if not one.primary_key and not one.generated]


def _as_json(rows: Sequence[models.Model]) -> str:
    """The rows by column, without what is empty: a column that is left out is NULL."""
    stored, made = _split_written(type(rows[0]))
    documents = []
    for row in rows:
        values = {column: getattr(row, name) for column, name in stored}
        values |= {str(field.column): field.pre_save(row, add=True) for field in made}
        documents.append({name: value for name, value in values.items() if value is not None})
    return json.dumps(documents, default=_as_plain)


@lru_cache(maxsize=64)
def _split_written(
    model: type[models.Model],
) -> "tuple[list[tuple[str, str]], list[models.Field[Any, Any]]]":
    """(column, attribute) where a row holds what is written, and the fields that make it anew."""
    fields = _written(model)
    made = [one for one in fields if type(one).pre_save is not models.Field.pre_save]
    return [(str(one.column), one.attname) for one in fields if one not in made], made


def _as_plain(value: Any) -> Any:
    """A default that the database would fill in is a plain value here too; all else is text."""
    if isinstance(value, DatabaseDefault):
        default: Any = value
        return default.expression.value
    return str(value)
