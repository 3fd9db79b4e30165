"""Keeps our triggers out of the way of a migration that rebuilds tables.

SQLite alters most columns by building a new table; it drops the old one's triggers, and refuses
to rename while a trigger of another table names it. A migration that alters a table therefore
begins with ``lift()`` and ends with ``put_back()``::

    operations = [lift(), …, put_back()]

PostgreSQL alters in place and needs neither; there both do nothing.
"""

from django.db import migrations

_lifted: dict[str, list[tuple[str, str, str]]] = {}


def lift() -> migrations.RunPython:
    return migrations.RunPython(_lift, _put_back, elidable=True)


def put_back() -> migrations.RunPython:
    return migrations.RunPython(_put_back, _lift, elidable=True)


def _lift(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master"
            " WHERE type = 'trigger' AND substr(name, 1, 4) = 'hcp_'"
        )
        found = cursor.fetchall()
    _lifted[schema_editor.connection.alias] = found
    for name, _table, _sql in found:
        schema_editor.execute(f"DROP TRIGGER {name}")


def _put_back(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    tables = set(schema_editor.connection.introspection.table_names())
    for _name, table, sql in _lifted.pop(schema_editor.connection.alias, []):
        if table in tables:
            schema_editor.execute(sql, params=None)
