"""Who changed what, and when: a row beside the changed one, for every change.

django-simple-history makes the tables and notices saves and deletions; it need not be installed
as an app. What it cannot notice, bulk updates, is written down by ``record_changes`` and
``update_recorded``. Whoever is at work is named by ``acting``, which the admin does for every
page; commands give a reason instead.

A row of history belongs to the institution of the row it tells of and is erased with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models.signals import m2m_changed
from django.utils import timezone
from simple_history.models import HistoricalRecords

BATCH = 500
UNTOLD = frozenset(
    {"public_id", "created_at", "created_by", "updated_at"}
    | {"import_key", "import_digest", "loaded_digest"}
    | {"coverage"}  # set once, when the row is made
)
"""Columns that say nothing to people, or nothing that another column does not say."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is at work, or on whose behalf: a user's id, and a reason such as a command's name."""

    user_id: Any = None
    reason: str = ""


_actor: ContextVar[Actor | None] = ContextVar("hcprograms_actor", default=None)


@contextmanager
def acting(*, user_id: Any = None, reason: str = "") -> Iterator[None]:
    """Changes inside this ``with`` are this person's, for this reason."""
    token = _actor.set(Actor(user_id, reason))
    try:
        yield
    finally:
        _actor.reset(token)


class HistoryRow(models.Model):
    """What every table of history has besides the columns of the table it follows.

    ``history_many`` holds the ids of many-to-many relations, by the relation's name.
    """

    history_institution = models.ForeignKey(
        "hcprograms.Institution", models.CASCADE, null=True, related_name="+", editable=False
    )
    history_many = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Recorded(HistoricalRecords):  # type: ignore[misc]
    """``history = Recorded("program__institution")`` keeps the history of a model.

    The path leads from a row to its institution (``pk``: it is one); ``many`` names
    many-to-many relations to keep as well. No setting of simple-history has a say: a host's
    choice would change our tables.
    """

    def __init__(self, path: str, *, many: Sequence[str] = ()) -> None:
        self.path = path
        self.many = tuple(many)
        self.columns: Sequence[str] = ()
        super().__init__(
            bases=(HistoryRow,),
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.CharField(max_length=200, blank=True, default=""),
        )

    _date_indexing = False

    def fields_included(self, model: Any) -> list[Any]:
        return [field for field in model._meta.fields if field.name not in UNTOLD]

    def copy_fields(self, model: Any) -> dict[str, Any]:
        """The bare columns; only the row's own id and its parents are ever looked up."""
        fields: dict[str, Any] = super().copy_fields(model)
        for field in fields.values():
            field.help_text, field.choices, field._validators = "", None, []
            if not field.is_relation and field.name != model._meta.pk.attname:
                field.db_index = False
        return fields

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if self.cls is sender:
            self.columns = [field.attname for field in self.fields_included(sender)]
            sender._meta.recorded_history = self
            for name in self.many:
                through = getattr(sender, name).through
                m2m_changed.connect(self.many_changed, sender=through, weak=False)

    def many_changed(self, instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
        if action in {"post_add", "post_remove", "post_clear"} and not reverse:
            self.create_historical_record(instance, "~")

    def post_delete(
        self, instance: Any, using: str | None = None, origin: Any = None, **kwargs: Any
    ) -> None:
        """A deletion is told, unless the whole institution goes: then its history goes too."""
        if getattr(origin, "model", type(origin)).__name__ != "Institution":
            super().post_delete(instance, using=using, **kwargs)

    def create_historical_record(
        self, instance: Any, history_type: str, using: str | None = None
    ) -> None:
        row = self.make_row(
            instance,
            kind=history_type,
            owner=find_institution(instance, path=self.path),
            many=self.read_many([instance]),
        )
        row.save(using=using)

    def make_row(self, instance: Any, *, kind: str, owner: Any, many: Mapping[Any, Any]) -> Any:
        """The unsaved row that tells of this instance as it is now."""
        actor = _actor.get() or Actor()
        return getattr(type(instance), self.manager_name).model(
            history_date=timezone.now(),
            history_type=kind,
            history_user_id=actor.user_id,
            history_change_reason=actor.reason[:200],
            history_institution_id=owner,
            history_many=many.get(instance.pk, {}),
            **{name: getattr(instance, name) for name in self.columns},
        )

    def read_owners(self, instances: Sequence[Any]) -> dict[Any, Any]:
        """Row's id → institution's id. One query at most."""
        if "__" not in self.path:
            return {one.pk: find_institution(one, path=self.path) for one in instances}
        rows = self.cls._base_manager.filter(pk__in=[one.pk for one in instances])
        return dict(rows.order_by().values_list("pk", self.path))

    def read_many(self, instances: Sequence[Any]) -> dict[Any, dict[str, list[Any]]]:
        """Row's id → relation → ids. One query for each relation."""
        found: dict[Any, dict[str, list[Any]]] = defaultdict(
            lambda: {name: [] for name in self.many}
        )
        for name in self.many:
            field = self.cls._meta.get_field(name)
            mine, theirs = field.m2m_column_name(), field.m2m_reverse_name()
            rows = field.remote_field.through._base_manager.filter(
                **{f"{mine}__in": [one.pk for one in instances]}
            )
            for pk, other in rows.order_by(theirs).values_list(mine, theirs):
                found[pk][name].append(other)
        return found


def find_institution(row: Any, *, path: str) -> Any:
    """The institution's id at the end of the path; None where a parent is gone or shared."""
    *steps, last = path.split("__")
    try:
        for step in steps:
            row = getattr(row, step)
    except ObjectDoesNotExist:
        return None
    return row.pk if last == "pk" else getattr(row, f"{last}_id")


def is_recorded(model: type[models.Model]) -> bool:
    """Whether this model's history is kept."""
    return hasattr(model._meta, "recorded_history")


def record_changes(*, rows: Iterable[models.Model], kind: str = "~") -> None:
    """Tell of rows of one model that were written in bulk: ``+`` created, ``~`` changed.

    The rows must hold their present values. Two queries for every few hundred rows, and one more
    for each many-to-many relation that is kept.
    """
    rows = list(rows)
    if not rows:
        return
    recorded: Recorded = rows[0]._meta.recorded_history  # type: ignore[attr-defined]
    history = getattr(type(rows[0]), recorded.manager_name).model
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        owners, many = recorded.read_owners(batch), recorded.read_many(batch)
        told = [
            recorded.make_row(row, kind=kind, owner=owners.get(row.pk), many=many) for row in batch
        ]
        history._base_manager.bulk_create(told, batch_size=BATCH)


def update_recorded(*, rows: "models.QuerySet[Any]", values: Mapping[str, Any]) -> int:
    """``rows.update(**values)`` that is told in the history. Returns how many changed."""
    with transaction.atomic():
        changed = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(changed), BATCH):
            batch = rows.model._default_manager.filter(pk__in=changed[start : start + BATCH])
            batch.update(**values)
            record_changes(rows=batch)
    return len(changed)
