"""Count every change of the catalog, whoever makes it, so that web processes notice it.

Each process keeps a snapshot of the catalog for matching; it compares ``CatalogVersion.number``
with its own about once a second. Rendered forms are kept as long as the number stays the same, so
what they show besides the catalog (forms, consent texts, hours) counts too. Triggers count because
a bulk update or an import sends no signal. PostgreSQL counts statements, SQLite rows; only
"different from before" matters.
"""

from django.db import migrations

VERSION = "hcprograms_catalogversion"
COUNTED = [
    "accreditationrecord",
    "accreditor",
    "campus",
    "careerrole",
    "certification",
    "closure",
    "consenttext",
    "evidencesource",
    "fieldfact",
    "institution",
    "intake",
    "interestform",
    "intereststatement",
    "offering",
    "officehours",
    "program",
    "program_certifications",
    "question",
    "roleevidence",
    "rolemapping",
]
EVENTS = ["INSERT", "UPDATE", "DELETE"]
COUNT = f"UPDATE {VERSION} SET number = number + 1, changed_at = CURRENT_TIMESTAMP"


def install(apps, schema_editor) -> None:
    apps.get_model("hcprograms", "CatalogVersion").objects.get_or_create(pk=1)
    remove(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION hcp_count_catalog_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {COUNT}; RETURN NULL; END $$",
            params=None,
        )
    for table in COUNTED:
        for event in EVENTS:
            each = "FOR EACH STATEMENT EXECUTE FUNCTION hcp_count_catalog_change()"
            body = each if vendor == "postgresql" else f"BEGIN {COUNT}; END"
            if vendor in ("postgresql", "sqlite"):
                schema_editor.execute(
                    f"CREATE TRIGGER {trigger(table, event)} AFTER {event}"
                    f" ON hcprograms_{table} {body}",
                    params=None,
                )


def trigger(table: str, event: str) -> str:
    return f"hcp_count_{table}_{event.lower()}"


def remove(apps, schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for table in COUNTED:
        for event in EVENTS:
            on = f" ON hcprograms_{table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger(table, event)}{on}")
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS hcp_count_catalog_change()")


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0002_database_guards")]

    operations = [migrations.RunPython(install, remove)]
