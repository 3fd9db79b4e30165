"""How long people are kept; how forms are used; how far leads have come."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back

STAGES = ["new", "contacted", "appointment", "applied", "admitted", "enrolled"]


def fill(apps, schema_editor) -> None:
    """As far as the status tells; the way of closed leads is in their timeline only."""
    leads = apps.get_model("hcprograms", "Lead")._base_manager
    leads.filter(first_answered_at__isnull=False).update(stage=1)
    for stage, status in enumerate(STAGES):
        leads.filter(status=status, stage__lt=stage).update(stage=stage)


def leave(apps, schema_editor) -> None:
    """The column goes by itself."""


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0011_suppression_time"),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name="lead",
            name="stage",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="furthest stage"
            ),
        ),
        migrations.CreateModel(
            name="FormDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("source", models.CharField(blank=True, max_length=150, verbose_name="source")),
                ("views", models.PositiveIntegerField(default=0, verbose_name="seen")),
                ("starts", models.PositiveIntegerField(default=0, verbose_name="begun")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="hcprograms.interestform",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a form",
                "verbose_name_plural": "uses of forms",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "day", "source"), name="hcp_form_day_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("contacted", "contacted"),
                            ("appointment", "appointment"),
                            ("applied", "applied"),
                            ("admitted", "admitted"),
                            ("enrolled", "enrolled"),
                            ("closed", "closed"),
                            ("quarantined", "suspected spam, to review"),
                            ("spam", "spam"),
                            ("refused", "refused submits in the capture log"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        help_text="Notes, calls, messages and changes count; after that the person is erased.",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days without any change",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retention_rules",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "retention rule",
                "verbose_name_plural": "retention rules",
                "ordering": ["institution", "status"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "status"),
                        name="hcp_retention_rule_once",
                        violation_error_message="There is a rule for this status already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)),
                        name="hcp_retention_rule_days_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("at", models.DateTimeField(verbose_name="last run at")),
                ("erased", models.JSONField(default=dict, verbose_name="erased")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retention_runs",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "retention run",
                "verbose_name_plural": "retention runs",
                "ordering": ["-day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "day"), name="hcp_retention_run_once"
                    )
                ],
            },
        ),
        put_back(),
        migrations.RunPython(fill, leave, elidable=True),
    ]
