"""What an accreditation record says is never rewritten, whoever asks: a correction supersedes it.

Only ``verified_on`` moves on, with each new check, and what says nothing about the accreditation
(who wrote it down, from where). The records of made-up institutions move with the day on which
the sample is loaded.
"""

from django.db import migrations

TABLE, INSTITUTION = "hcprograms_accreditationrecord", "hcprograms_institution"
NAME = "hcp_record_no_rewrite"
MESSAGE = "an accreditation record is never edited: supersede it and say why"
KEPT = [
    "institution_id",
    "program_id",
    "offering_id",
    "accreditor_id",
    "action",
    "effective_on",
    "expires_on",
    "evidence_url",
    "is_historical",
    "supersedes_id",
]
IS_REAL = (
    f"NOT EXISTS (SELECT 1 FROM {INSTITUTION} i WHERE i.id = OLD.institution_id AND i.is_fictional)"
)


def condition(differs: str) -> str:
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in KEPT)
    return f"({changed}) AND {IS_REAL}"


def install(apps, schema_editor) -> None:
    remove(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {condition('IS DISTINCT FROM')} THEN RAISE EXCEPTION USING"
            f" ERRCODE = 'check_violation', MESSAGE = '{MESSAGE}'; END IF; RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE}"
            f" FOR EACH ROW EXECUTE FUNCTION {NAME}()",
            params=None,
        )
    elif schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN {condition('IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            params=None,
        )


def remove(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")
    elif schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0013_appointments")]

    operations = [migrations.RunPython(install, remove)]
