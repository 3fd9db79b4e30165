"""The catalog's change counter; the database itself counts (migration 0003)."""

from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed
from django.db import connection, router

from hcprograms.catalog.models.programs import CatalogVersion

NUMBER = f"SELECT number FROM {CatalogVersion._meta.db_table} WHERE id = 1"  # noqa: S608  # nosec
"""As text, because every public page asks: building the same query anew costs more than it."""


def current_version() -> int:
    """The number of the catalog as it stands; it differs after every committed change."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        row = cursor.fetchone()
    return int(row[0]) if row else CatalogVersion.objects.get_or_create(pk=1)[0].number


def keep_counter(*, using: str, apps: Apps = installed, **kwargs: Any) -> None:
    """Put the counter's row back after ``migrate`` or ``flush``; without it nothing is counted."""
    try:
        counter = apps.get_model("hcprograms", "CatalogVersion")
    except LookupError:
        return  # migrated back to before the catalog was there
    if not router.allow_migrate_model(using, counter):
        return  # the table is in another database
    counter.objects.using(using).get_or_create(pk=1)
