"""What a record covers is never rewritten, and a taken-back record binds nobody any more.

1. ``coverage`` is one of the columns of an accreditation record that are never changed (0014).
   Where it is empty it may be set once.
2. A record that was entered in error, and the record that takes it back, no longer bind the level
   of their program (0002).
"""

from importlib import import_module

from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back

levels = import_module("hcprograms.migrations.0002_database_guards")
records = import_module("hcprograms.migrations.0014_accreditation_append_only")

STANDS = (
    "r.action <> 'void' AND NOT EXISTS"
    f" (SELECT 1 FROM {levels.RECORD} v WHERE v.supersedes_id = r.id AND v.action = 'void')"
)
TRIGGERS = [
    ("hcp_record_level_insert", levels.RECORD, "INSERT"),
    ("hcp_record_level_update", levels.RECORD, "UPDATE"),
    ("hcp_program_level", levels.PROGRAM, "UPDATE"),
]


def conditions(vendor: str) -> list[str]:
    """SQL, when each of the triggers above refuses."""
    among = levels.POSTGRES_NOT_AMONG if vendor == "postgresql" else levels.SQLITE_NOT_AMONG
    of_record = f"NEW.action <> 'void' AND {levels.new_record_uncovered(among)}"
    uncovered = levels.uncovered(among, record="r", level="NEW.level")
    of_program = (
        f"NEW.level <> OLD.level AND EXISTS (SELECT 1 FROM {levels.RECORD} r"
        f" WHERE {levels.RECORDS_OF_NEW} AND {STANDS} AND {uncovered})"
    )
    return [of_record, of_record, of_program]


def rewritten(vendor: str) -> str:
    """SQL: a record that has been rewritten."""
    earlier = records.condition("IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT")
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    coverage = f"OLD.coverage IS NOT NULL AND NEW.coverage {differs} OLD.coverage"
    return f"({earlier}) OR (({coverage}) AND {records.IS_REAL})"


def install(apps, schema_editor) -> None:
    remove(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    if vendor not in ("postgresql", "sqlite"):
        return
    guards = [
        (*trigger, condition, levels.NO_LEVEL)
        for trigger, condition in zip(TRIGGERS, conditions(vendor), strict=True)
    ]
    guards.append((records.NAME, records.TABLE, "UPDATE", rewritten(vendor), records.MESSAGE))
    for name, table, event, condition, message in guards:
        if vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END",
                params=None,
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation',"
            f" MESSAGE = '{message}'; END IF; RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
            params=None,
        )


def remove(apps, schema_editor) -> None:
    names = [*TRIGGERS, (records.NAME, records.TABLE, "UPDATE")]
    for name, table, _event in names:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        elif schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def install_earlier(apps, schema_editor) -> None:
    levels.install(apps, schema_editor)
    records.install(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0030_accreditation_coverage")]

    operations = [
        lift(),
        migrations.AddConstraint(
            model_name="accreditationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("supersedes__isnull", False),
                    models.Q(("action", "void"), _negated=True),
                    _connector="OR",
                ),
                name="hcp_accreditation_void_takes_one_back",
                violation_error_message="Say which record was entered in error.",
            ),
        ),
        put_back(),
        migrations.RunPython(install, install_earlier),
    ]
