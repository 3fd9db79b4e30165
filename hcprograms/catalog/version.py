"""The catalog's version: a token that is another one after every committed change.

Rendered pages and the matching snapshot are kept under the token with which they were built. It is
written in the transaction of the change, so others see both at the same moment. Raw SQL, rows
written by a migration, ``_base_manager`` and ``add()`` on the many side of a foreign key send no
signal: ``migrate`` itself changes the token, the others must call ``change_version``.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed
from django.db import DEFAULT_DB_ALIAS, models, router
from django.db.models.signals import m2m_changed, post_delete, post_save

from hcprograms.catalog.models.programs import CatalogVersion
from hcprograms.institutions.querysets import rows_written


def current_version() -> int:
    """The token of the catalog as it stands. One query."""
    token = CatalogVersion.objects.filter(pk=1).values_list("token", flat=True).first()
    return change_version() if token is None else token


def change_version(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Write and return a new token, in the transaction of what was changed.

    It is random, not counted: a rolled back or restored database never returns to a token that
    already stood for something else.
    """
    token = secrets.randbits(62)
    rows = CatalogVersion.objects.using(using)
    if not rows.filter(pk=1).update(token=token):
        # An upsert, as another process may be missing the row at the same moment.
        rows.bulk_create(
            [CatalogVersion(pk=1, token=token)],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["token"],
        )
    return token


def watch_models(watched: Iterable[type[models.Model]]) -> None:
    """Change the token after every write of these models and of their many-to-many relations."""
    for model in watched:
        name = f"hcprograms.catalog_version.{model.__name__}"
        for signal in (post_save, post_delete, rows_written):
            signal.connect(_note_change, sender=model, dispatch_uid=name)
        for field in model._meta.many_to_many:
            through = getattr(model, field.name).through
            m2m_changed.connect(_note_relation, sender=through, dispatch_uid=name)


def renew_version(*, using: str, apps: Apps = installed, **kwargs: Any) -> None:
    """After ``migrate`` or ``flush``: the row exists, and what was kept before is out of date."""
    try:
        model = apps.get_model("hcprograms", "CatalogVersion")
    except LookupError:
        return  # migrated back to before the catalog was there
    # Without the column, the database was migrated back to when triggers counted changes.
    if hasattr(model, "token") and router.allow_migrate_model(using, model):
        change_version(using=using)


def _note_change(*, using: str, **kwargs: Any) -> None:
    change_version(using=using)


def _note_relation(*, action: str, using: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        change_version(using=using)
