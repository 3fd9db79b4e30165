"""The change log: who changed what, when, and from which value to which.

Saves, deletions and many-to-many relations of tracked models are noticed by signals. Bulk writes
send none: they go through ``log_created``, ``log_changes`` and ``update_and_log``. An entry belongs
to the institution of the row that it is about, and is deleted with it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone, translation

from hcprograms.institutions.value_words import format_value

BATCH = 500
NOT_LOGGED = frozenset(
    {"id", "public_id", "created_at", "created_by", "updated_at"}
    | {"import_key", "import_digest", "loaded_digest"}
    | {"coverage"}  # set once, when the row is made
)
"""Columns that say nothing to people, or nothing that another column does not say."""


class ChangeLogEntry(models.Model):
    """One change of one row."""

    class Action(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        DELETED = "deleted"

    institution = models.ForeignKey(
        "hcprograms.Institution", models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_text = models.CharField(max_length=300)
    parent_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=7, choices=Action)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """Field → value before and after; a relation by the id, or the ids, of what it points to."""

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="hcp_change_log_object"),
            models.Index(fields=["object_type", "parent_id"], name="hcp_change_log_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_text}: {self.action}"


# Who makes the changes.


@dataclass(frozen=True, slots=True)
class Actor:
    """A user's id, and a reason such as a command's name."""

    user_id: Any = None
    reason: str = ""


_actor: ContextVar[Actor] = ContextVar("hcprograms_actor", default=Actor())  # noqa: B039 it is frozen


@contextmanager
def set_actor(*, user_id: Any = None, reason: str = "") -> Iterator[None]:
    """Log the changes inside this ``with`` as this person's, for this reason."""
    token = _actor.set(Actor(user_id, reason))
    try:
        yield
    finally:
        _actor.reset(token)


# What is tracked.


@dataclass(frozen=True)
class TrackedModel:
    """A model whose changes are logged.

    ``institution``: the path from a row to its institution (``pk``: it is one). ``label``: the
    fields, or paths to fields, that tell one row from another. ``parent``: the foreign key to the
    row on whose page the changes are shown too. ``many``: many-to-many relations to log.
    """

    model: type[models.Model]
    institution: str
    label: tuple[str, ...]
    parent: str = ""
    many: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def fields(self) -> "list[models.Field[Any, Any]]":
        return [one for one in self.model._meta.concrete_fields if one.name not in NOT_LOGGED]


_tracked: dict[type[models.Model], TrackedModel] = {}


def is_tracked(model: type[models.Model]) -> bool:
    """Whether changes of this model are logged."""
    return model in _tracked


def track_models(tracked: Iterable[TrackedModel]) -> None:
    """Log the changes of these models from now on."""
    for one in tracked:
        _tracked[one.model] = one
        for signal, receiver in (
            (pre_save, _before_save),
            (post_save, _after_save),
            (pre_delete, _before_delete),
            (post_delete, _after_delete),
        ):
            signal.connect(receiver, sender=one.model, dispatch_uid="hcprograms.change_log")
        for name in one.many:
            through = getattr(one.model, name).through
            m2m_changed.connect(
                _around_relation, sender=through, dispatch_uid="hcprograms.change_log"
            )


# Rows as the database has them. Values of instances may be stale, unsaved or an expression.


@dataclass(frozen=True, slots=True)
class _Row:
    """What an entry needs to know of a row at one moment."""

    values: Mapping[str, Any]
    institution_id: Any
    parent_id: Any
    text: str


def _read_rows(model: type[models.Model], keys: Iterable[Any], using: str) -> dict[Any, _Row]:
    """Read these rows by their keys. One query, and one for each many-to-many relation."""
    tracked, keys = _tracked[model], list(keys)
    columns = {field.name: field.attname for field in tracked.fields}
    paths = {"pk", tracked.institution, *columns.values(), *tracked.label}
    rows = model._base_manager.using(using).filter(pk__in=keys).order_by().values(*paths)
    found = {row["pk"]: row for row in rows}
    related = {name: _read_related(model, name, list(found), using) for name in tracked.many}
    return {
        pk: _Row(
            {name: _to_plain(row[column]) for name, column in columns.items()}
            | {name: related[name].get(pk, []) for name in tracked.many},
            row[tracked.institution],
            row[columns[tracked.parent]] if tracked.parent else None,
            _format_label(tracked, row),
        )
        for pk, row in found.items()
    }


def _read_related(
    model: type[models.Model], name: str, keys: list[Any], using: str
) -> dict[Any, list[Any]]:
    """Row's id → ids of what it is related to."""
    manager = model._base_manager.using(using).filter(pk__in=keys, **{f"{name}__isnull": False})
    found: dict[Any, list[Any]] = {}
    for pk, other in manager.order_by(f"{name}__pk").values_list("pk", f"{name}__pk"):
        found.setdefault(pk, []).append(other)
    return found


def _to_plain(value: Any) -> Any:
    """As JSON will have it, so that a list is the same before and after it was stored."""
    if isinstance(value, list | tuple | dict):
        return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
    return value


def _format_label(tracked: TrackedModel, row: Mapping[str, Any]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        words = [
            format_value(_find_field(tracked.model, path), row[path])
            for path in tracked.label
            if row[path] not in (None, "")
        ]
    return ", ".join(words)[:300]


def _find_field(model: Any, path: str) -> Any:
    field = None
    for step in path.split("__"):
        field = model._meta.get_field(step)
        model = field.related_model
    return field


# Writing entries.


def _write(
    model: type[models.Model],
    before: Mapping[Any, _Row],
    after: Mapping[Any, _Row],
    using: str,
) -> None:
    """Write an entry for each row that differs."""
    actor, name, now = _actor.get(), _tracked[model].name, timezone.now()
    entries = []
    for pk in {**before, **after}:
        old, new = before.get(pk), after.get(pk)
        changes = _compare(old.values if old else {}, new.values if new else {})
        if old and new and not changes:
            continue
        row: Any = new or old
        entries.append(
            ChangeLogEntry(
                institution_id=row.institution_id,
                at=now,
                user_id=actor.user_id,
                reason=actor.reason[:200],
                object_type=name,
                object_id=pk,
                object_text=row.text,
                parent_id=row.parent_id,
                action=_ACTIONS[old is not None, new is not None],
                changes=changes,
            )
        )
    ChangeLogEntry.objects.using(using).bulk_create(entries, batch_size=BATCH)


_ACTIONS = {
    (False, True): ChangeLogEntry.Action.CREATED,
    (True, True): ChangeLogEntry.Action.CHANGED,
    (True, False): ChangeLogEntry.Action.DELETED,
}


def _compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    pairs = {name: [before.get(name), after.get(name)] for name in {**before, **after}}
    return {
        name: [old, new]
        for name, (old, new) in pairs.items()
        if old != new and not (_is_empty(old) and _is_empty(new))
    }


def _is_empty(value: Any) -> bool:
    """Whether it says nothing: “no” and 0 are statements."""
    return value is None or value in ("", [], {})


def log_created(rows: Iterable[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Log rows of one model that ``bulk_create`` wrote."""
    for model, keys in _in_batches(rows):
        _write(model, {}, _read_rows(model, keys, using), using)


@contextmanager
def log_changes(rows: Iterable[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Log what the bulk update inside this ``with`` changes of these rows of one model."""
    batches = list(_in_batches(rows))
    before = [_read_rows(model, keys, using) for model, keys in batches]
    yield
    for (model, keys), old in zip(batches, before, strict=True):
        _write(model, old, _read_rows(model, keys, using), using)


def update_and_log(queryset: "models.QuerySet[Any]", **values: Any) -> int:
    """Do ``queryset.update(**values)`` and log it. Returns how many rows there were."""
    with transaction.atomic(using=queryset.db):
        rows = list(queryset.order_by("pk"))
        with log_changes(rows, using=queryset.db):
            for _model, keys in _in_batches(rows):
                changed = queryset.model._default_manager.using(queryset.db)
                changed.filter(pk__in=keys).update(**values)
    return len(rows)


def _in_batches(rows: Iterable[models.Model]) -> Iterator[tuple[type[models.Model], list[Any]]]:
    rows = list(rows)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        yield type(batch[0]), [row.pk for row in batch]


# Receivers. What a row was before waits on the instance, in a stack: a receiver of the host's may
# save the same instance again in between.


def _push_before(instance: Any, rows: Mapping[Any, _Row]) -> None:
    instance.__dict__.setdefault("_logged_before", []).append(rows)


def _write_since_pushed(instance: Any, after: Mapping[Any, _Row], using: str) -> None:
    waiting = instance._logged_before
    _write(type(instance), waiting.pop(), after, using)
    # What is written now is nothing new to a save around this one.
    waiting[:] = [after] * len(waiting)


def _before_save(*, sender: Any, instance: Any, raw: bool, using: str, **kwargs: Any) -> None:
    is_new = raw or instance.pk is None
    _push_before(instance, {} if is_new else _read_rows(sender, [instance.pk], using))


def _after_save(*, sender: Any, instance: Any, raw: bool, using: str, **kwargs: Any) -> None:
    if raw:  # fixtures bring what was logged elsewhere, or not at all
        instance._logged_before.pop()
        return
    _write_since_pushed(instance, _read_rows(sender, [instance.pk], using), using)


def _before_delete(*, sender: Any, instance: Any, using: str, origin: Any, **kwargs: Any) -> None:
    # With a whole institution its log goes too.
    kind = getattr(origin, "model", type(origin))  # None where a host collects rows by itself
    is_told = kind is not ChangeLogEntry._meta.get_field("institution").related_model
    _push_before(instance, _read_rows(sender, [instance.pk], using) if is_told else {})


def _after_delete(*, sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    _write_since_pushed(instance, {}, using)


def _around_relation(
    *, instance: Any, action: str, reverse: bool, using: str, **kwargs: Any
) -> None:
    if reverse or type(instance) not in _tracked:
        return
    rows = _read_rows(type(instance), [instance.pk], using)
    if action.startswith("pre_"):
        _push_before(instance, rows)
    else:
        _write_since_pushed(instance, rows, using)
