"""Change a token of the catalog's version from the code, instead of counting in triggers."""

from importlib import import_module

from django.db import migrations, models

catalog = import_module("hcprograms.migrations.0003_catalog_version")
disclosures = import_module("hcprograms.migrations.0005_program_details_and_disclosures")


def remove_triggers(apps, schema_editor) -> None:
    on = f" ON {disclosures.TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    for name, _event in disclosures.counters():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    catalog.remove(apps, schema_editor)


def install_triggers(apps, schema_editor) -> None:
    catalog.install(apps, schema_editor)
    disclosures.install(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0033_lead_steps")]

    operations = [
        migrations.RunPython(remove_triggers, install_triggers),
        migrations.RemoveField(model_name="catalogversion", name="number"),
        migrations.RemoveField(model_name="catalogversion", name="changed_at"),
        migrations.AddField(
            model_name="catalogversion",
            name="token",
            field=models.BigIntegerField(default=0),
        ),
    ]
