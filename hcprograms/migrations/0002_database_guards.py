"""Rules that the database itself keeps, whoever writes to it.

1. A consent is never updated, and never deleted while its lead has not been erased.
2. No accreditation record claims a level that its accreditor does not cover (CAHME: master's
   only; DOMAIN.md), neither by a new record nor by a program that changes its level.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with
these operations again (tests/test_guards.py notices when it does not).
"""

from django.db import migrations

CONSENT, LEAD = "hcprograms_consent", "hcprograms_lead"
RECORD, PROGRAM = "hcprograms_accreditationrecord", "hcprograms_program"
ACCREDITOR, OFFERING = "hcprograms_accreditor", "hcprograms_offering"

NO_CHANGE = "a consent is append-only: add a row instead of changing one"
NO_DELETE = "a consent is proof: erase the lead first"
NO_LEVEL = "this accreditor does not cover programs of this level"

LEAD_KEPT = f"EXISTS (SELECT 1 FROM {LEAD} l WHERE l.id = OLD.lead_id AND l.erased_at IS NULL)"


def uncovered(contains: str, *, record: str, level: str, extra_from: str = "") -> str:
    """SQL: whether the record's accreditor lists levels and this one is not among them."""
    return (
        f"EXISTS (SELECT 1 FROM {ACCREDITOR} a{extra_from}"
        f" WHERE a.id = {record}.accreditor_id AND {contains.format(level=level)})"
    )


SQLITE_NOT_AMONG = (
    "json_array_length(a.levels) > 0"
    " AND NOT EXISTS (SELECT 1 FROM json_each(a.levels) j WHERE j.value = {level})"
)
POSTGRES_NOT_AMONG = "jsonb_array_length(a.levels) > 0 AND NOT a.levels @> to_jsonb({level}::text)"
PROGRAM_OF_NEW = (
    f"COALESCE(NEW.program_id,"
    f" (SELECT o.program_id FROM {OFFERING} o WHERE o.id = NEW.offering_id))"
)
LEVEL_OF_NEW = f"(SELECT p.level FROM {PROGRAM} p WHERE p.id = {PROGRAM_OF_NEW})"
RECORDS_OF_NEW = (
    f"(r.program_id = NEW.id OR r.offering_id IN"
    f" (SELECT o.id FROM {OFFERING} o WHERE o.program_id = NEW.id))"
)


def new_record_uncovered(not_among: str) -> str:
    return f"{PROGRAM_OF_NEW} IS NOT NULL AND " + uncovered(
        not_among, record="NEW", level=LEVEL_OF_NEW
    )


def changed_program_uncovered(not_among: str) -> str:
    return (
        f"NEW.level <> OLD.level AND EXISTS (SELECT 1 FROM {RECORD} r WHERE {RECORDS_OF_NEW} AND "
        + uncovered(not_among, record="r", level="NEW.level")
        + ")"
    )


def rules(not_among: str) -> list[tuple[str, str, str, str, str]]:
    """Name, event, table, condition and message of every rule."""
    new_record = new_record_uncovered(not_among)
    return [
        ("hcp_consent_no_update", "UPDATE", CONSENT, "1 = 1", NO_CHANGE),
        ("hcp_consent_no_delete", "DELETE", CONSENT, LEAD_KEPT, NO_DELETE),
        ("hcp_record_level_insert", "INSERT", RECORD, new_record, NO_LEVEL),
        ("hcp_record_level_update", "UPDATE", RECORD, new_record, NO_LEVEL),
        ("hcp_program_level", "UPDATE", PROGRAM, changed_program_uncovered(not_among), NO_LEVEL),
    ]


def install(apps, schema_editor) -> None:
    remove(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        for name, event, table, condition, message in rules(POSTGRES_NOT_AMONG):
            passed_on = "OLD" if event == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation',"
                f" MESSAGE = '{message}'; END IF; RETURN {passed_on}; END $$",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {name}()",
                params=None,
            )
    elif schema_editor.connection.vendor == "sqlite":
        for name, event, table, condition, message in rules(SQLITE_NOT_AMONG):
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END",
                params=None,
            )


def remove(apps, schema_editor) -> None:
    for name, _event, table, _condition, _message in rules(""):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        elif schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
