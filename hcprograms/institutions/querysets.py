"""A queryset and a manager whose bulk writes send a signal, as saves and deletions do."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models, transaction
from django.dispatch import Signal

ModelT = TypeVar("ModelT", bound=models.Model)

rows_written = Signal()
"""Sent by the model after ``update``, ``bulk_update`` and ``bulk_create``, with ``using``.

Django sends ``post_save`` for none of them. Receivers run in the transaction of the write.
"""


class WatchedQuerySet(models.QuerySet[ModelT]):
    """Sends ``rows_written`` after each bulk write that reached the database."""

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic(using=self.db):
            count = super().update(**kwargs)
            if count:
                rows_written.send(sender=self.model, using=self.db)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[ModelT], *args: Any, **kwargs: Any) -> list[ModelT]:
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **kwargs)
            if created:
                rows_written.send(sender=self.model, using=self.db)
        return created

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    # bulk_update() writes with update() above.


class WatchedManager(models.Manager[ModelT]):
    """The plain manager of a model without queryset methods of its own."""

    def get_queryset(self) -> WatchedQuerySet[ModelT]:
        return WatchedQuerySet(self.model, using=self._db)
