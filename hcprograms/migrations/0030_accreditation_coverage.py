"""Each accreditation record keeps what it covers: the program and offering as they were then.

Of records that are here already the present facts are taken: nobody knows of earlier ones.
Accreditors and certifications say where their facts are from.
"""

import django.db.models.deletion
from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back

BATCH = 500


def fill_coverage(apps, schema_editor) -> None:
    records = apps.get_model("hcprograms", "AccreditationRecord").objects.using(
        schema_editor.connection.alias
    )
    about_programs = records.filter(coverage__isnull=True).exclude(program=None, offering=None)
    rows = about_programs.select_related("program", "offering__program", "offering__campus")
    changed = []
    for record in rows.iterator():
        record.coverage = get_coverage(record)
        changed.append(record)
        if len(changed) == BATCH:
            records.bulk_update(changed, ["coverage"])
            changed = []
    records.bulk_update(changed, ["coverage"])


def get_coverage(record) -> dict:
    offering = record.offering
    program = offering.program if offering else record.program
    facts = {
        "institution": program.institution_id,
        "program": program.pk,
        "name": program.name,
        "award": program.award,
        "concentration": program.concentration,
        "level": program.level,
        "cip_code": program.cip_code,
    }
    if offering is None:
        return facts
    campus = offering.campus
    place = campus and {
        "id": campus.pk,
        "name": campus.name,
        "city": campus.city,
        "state": campus.state,
    }
    return facts | {"delivery": offering.delivery, "campus": place}


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0029_invitations")]

    operations = [
        lift(),
        migrations.AddField(
            model_name="accreditationrecord",
            name="coverage",
            field=models.JSONField(
                editable=False,
                help_text=(
                    "The facts of the program and offering when this was entered, which it covers. "
                    "Null for an institution."
                ),
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="accreditationrecord",
            name="action",
            field=models.CharField(
                choices=[
                    ("eligibility", "found eligible (pre-candidate)"),
                    ("candidate", "candidate"),
                    ("initial", "initial accreditation"),
                    ("reaccredited", "reaccreditation"),
                    ("probation", "accredited on probation"),
                    ("denied", "denied"),
                    ("withdrawn", "withdrawn by the accreditor"),
                    ("voluntary", "withdrawn by the institution"),
                    ("expired", "expired"),
                    ("closed", "program closed"),
                    ("certified", "certified"),
                    ("void", "entered in error"),
                ],
                max_length=12,
                verbose_name="action",
            ),
        ),
        migrations.AddField(
            model_name="accreditor",
            name="about",
            field=models.TextField(
                blank=True, help_text="What it accredits.", verbose_name="about"
            ),
        ),
        migrations.AddField(
            model_name="accreditor",
            name="source",
            field=models.ForeignKey(
                blank=True,
                help_text="Where it says what it accredits.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hcprograms.evidencesource",
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="certification",
            name="body_as_written",
            field=models.CharField(
                blank=True,
                help_text="What the source calls the awarding body, where that differs.",
                max_length=200,
                verbose_name="body as written",
            ),
        ),
        migrations.AddField(
            model_name="certification",
            name="body_source",
            field=models.ForeignKey(
                blank=True,
                help_text="Where the awarding body is named.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="hcprograms.evidencesource",
                verbose_name="source of the body",
            ),
        ),
        migrations.RunPython(fill_coverage, migrations.RunPython.noop, elidable=True),
        put_back(),
    ]
