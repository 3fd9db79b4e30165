"""What the inbox is sorted and counted by; leads merged by staff, and undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hcprograms.leads.duplicates import compute_name_key
from hcprograms.leads.visitor import name_source
from hcprograms.migrations._triggers import lift, put_back


def fill(apps, schema_editor) -> None:
    """Leads that are there already are found by name and source too."""
    lead = apps.get_model("hcprograms", "Lead")
    rows = lead._base_manager.exclude(name="").only("name", "attribution")
    batch = []
    for row in rows.iterator(chunk_size=1000):
        row.name_key = compute_name_key(row.name)
        row.source = name_source(row.attribution)
        batch.append(row)
    lead._base_manager.bulk_update(batch, ["name_key", "source"], batch_size=500)


def leave(apps, schema_editor) -> None:
    """The columns go by themselves."""


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0007_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift(),
        migrations.CreateModel(
            name="LeadMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changes", models.JSONField(default=dict)),
                ("stopped", models.JSONField(default=list)),
                ("at", models.DateTimeField(verbose_name="merged at")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone at")),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="hcp_lead_unanswered",
        ),
        migrations.AddField(
            model_name="lead",
            name="answer_due_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="answer due at"),
        ),
        migrations.AddField(
            model_name="lead",
            name="answered_after_minutes",
            field=models.PositiveIntegerField(
                editable=False, null=True, verbose_name="business minutes until the first answer"
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="hcprograms.lead",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="name_key",
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="lead",
            name="source",
            field=models.CharField(
                blank=True, editable=False, max_length=150, verbose_name="source"
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="is_waiting",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(
                    ("first_answered_at__isnull", True),
                    ("merged_into__isnull", True),
                    models.Q(("status__in", ["closed", "quarantined", "spam"]), _negated=True),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AlterField(
            model_name="leadevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("captured", "asked"),
                    ("assigned", "assigned"),
                    ("status", "status changed"),
                    ("answered", "first answer"),
                    ("note", "note"),
                    ("call", "call"),
                    ("mail_sent", "email sent"),
                    ("mail_failed", "email failed"),
                    ("consent", "consent changed"),
                    ("corrected", "details corrected"),
                    ("released", "released from quarantine"),
                    ("message", "message to the applicant"),
                    ("merged", "merged"),
                    ("unmerged", "merge undone"),
                    ("erased", "person erased"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["institution", "-is_waiting", "-captured_at", "-id"],
                name="hcp_lead_unanswered_first",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("name_key", ""), _negated=True),
                fields=["institution", "name_key"],
                name="hcp_lead_name",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="hcp_lead_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="hcp_lead_not_merged_into_itself",
            ),
        ),
        migrations.AddField(
            model_name="leadmerge",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="leadmerge",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lead_merges",
                to="hcprograms.institution",
            ),
        ),
        migrations.AddField(
            model_name="leadmerge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges",
                to="hcprograms.lead",
            ),
        ),
        migrations.AddField(
            model_name="leadmerge",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="hcprograms.lead"
            ),
        ),
        migrations.AddConstraint(
            model_name="leadmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("other",),
                name="hcp_lead_merge_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("other")), _negated=True),
                name="hcp_lead_merge_of_two",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="subject",
            field=models.CharField(
                blank=True, db_default="", max_length=150, verbose_name="subject"
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="text",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="Of a message written by staff.",
                verbose_name="text",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("confirmation", "confirmation to the applicant"),
                    ("alert", "alert to the advisor"),
                    ("reminder", "reminder to the advisor"),
                    ("escalation", "escalation to the manager"),
                    ("webhook", "event for another system"),
                    ("message", "message by staff to the applicant"),
                ],
                max_length=12,
                verbose_name="purpose",
            ),
        ),
        put_back(),
        migrations.RunPython(fill, leave, elidable=True),
    ]
