"""Writes many loaded rows at once, under the same rule as ``keeping``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db import models

from hcprograms.catalog.keeping import Verdict, digest_of, judge
from hcprograms.catalog.reports import Report
from hcprograms.institutions.change_log import is_tracked, log_changes, log_created

ModelT = TypeVar("ModelT", bound=models.Model)
ItemT = TypeVar("ItemT")
BATCH = 500
UPDATE_BATCH = 100


def in_batches(items: Iterable[ItemT], *, size: int = BATCH) -> Iterator[list[ItemT]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


class BulkKeeper(Generic[ModelT]):
    """Collects rows to create and to update; ``flush`` writes them.

    The model has ``import_digest``; ``updated_at`` is set where it has one.
    """

    def __init__(self, model: type[ModelT], *, report: Report, now: datetime) -> None:
        self._model = model
        self._report = report
        self._now = now
        self._label = str(model._meta.verbose_name)
        self._stamp = {"updated_at": now} if hasattr(model, "updated_at") else {}
        self._fresh: list[ModelT] = []
        self._changed: list[ModelT] = []
        self._fields: set[str] = set()

    def keep(
        self,
        *,
        row: ModelT | None,
        make: Callable[[], ModelT],
        values: Mapping[str, Any],
        table: str,
        line: int,
    ) -> ModelT:
        """Decide about one row. The row returned is saved at the latest by ``flush``."""
        verdict = judge(row=row, values=values, digest_field="import_digest")
        if row is None:
            row = make()
            self._set(row, values)
            self._fresh.append(row)
            self._report.created[self._label] += 1
        elif verdict is Verdict.UPDATE:
            self._set(row, values)
            self._changed.append(row)
            self._report.updated[self._label] += 1
        elif verdict is Verdict.EDITED:
            reason = f"{self._label} “{row}” was made or edited here and is left as it is"
            sort = f"{self._label} made or edited here, left as it is"
            self._report.skip(table=table, line=line, reason=reason, sort=sort)
        else:
            self._report.unchanged[self._label] += 1
        return row

    def flush(self) -> None:
        """Write what has been collected."""
        objects, fields = self._model._default_manager, sorted(self._fields)
        is_logged = is_tracked(self._model)
        objects.bulk_create(self._fresh, batch_size=BATCH)
        if is_logged:
            log_created(self._fresh)
        if self._changed:
            with log_changes(self._changed) if is_logged else nullcontext():
                objects.bulk_update(self._changed, fields, batch_size=UPDATE_BATCH)
        self._fresh, self._changed = [], []

    def _set(self, row: ModelT, values: Mapping[str, Any]) -> None:
        everything = {**values, **self._stamp, "import_digest": digest_of(values)}
        for name, value in everything.items():
            setattr(row, name, value)
        self._fields.update(everything)
