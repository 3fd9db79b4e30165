import django.db.models.deletion
from django.db import migrations, models


def note_what_is_chosen(apps, schema_editor):
    for name in ("MatchFormPlugin", "ProgramListPlugin"):
        rows = apps.get_model("hcprograms_djangocms", name).objects
        rows.filter(institution__isnull=False).update(is_narrowed=True)
    lists = apps.get_model("hcprograms_djangocms", "ProgramListPlugin").objects
    lists.filter(programs__isnull=False).update(is_narrowed=True)


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms_djangocms", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="matchformplugin",
            name="is_narrowed",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="programlistplugin",
            name="is_narrowed",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(note_what_is_chosen, migrations.RunPython.noop),
        migrations.CreateModel(
            name="TuitionEstimatorPlugin",
            fields=[
                (
                    "cmsplugin_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="%(app_label)s_%(class)s",
                        serialize=False,
                        to="cms.cmsplugin",
                    ),
                ),
                ("is_narrowed", models.BooleanField(default=False, editable=False)),
                ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                ("intro", models.TextField(blank=True, verbose_name="introduction")),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.institution",
                        verbose_name="or any program of",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.program",
                        verbose_name="what this program costs",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            bases=("cms.cmsplugin",),
        ),
    ]
