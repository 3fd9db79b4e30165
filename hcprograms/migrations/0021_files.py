"""Questions that ask for a file, and the files that people send."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import hcprograms.leads.models.questions
from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0020_sequences"),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name="question",
            name="file_types",
            field=models.JSONField(
                blank=True,
                default=hcprograms.leads.models.questions.list_usual_kinds,
                help_text="For a file: what may be sent. What is in it is checked, not only its name.",
                validators=[hcprograms.leads.models.questions.validate_file_types],
                verbose_name="kinds of files",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="max_megabytes",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="For a file: how large it may be, 1 to 25.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(25),
                ],
                verbose_name="MB at most",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "one line of text"),
                    ("long_text", "several lines of text"),
                    ("choice", "choose one"),
                    ("choices", "choose any"),
                    ("number", "whole number"),
                    ("date", "date"),
                    ("yes_no", "yes or no"),
                    ("file", "file"),
                ],
                default="text",
                max_length=9,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_megabytes__range", (1, 25))),
                name="hcp_question_file_size",
                violation_error_message="A file may have 1 to 25 MB.",
            ),
        ),
        put_back(),
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
                    ("received", "message from the applicant"),
                    ("bounced", "address takes no emails"),
                    ("merged", "merged"),
                    ("unmerged", "merge undone"),
                    ("appointment", "appointment"),
                    ("plan", "planned messages changed"),
                    ("file", "file opened"),
                    ("erased", "person erased"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, max_length=110, verbose_name="name")),
                ("kind", models.CharField(max_length=10, verbose_name="kind")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("stored_as", models.CharField(max_length=200, unique=True)),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                ("keep_until", models.DateTimeField(verbose_name="kept until")),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "uploaded file",
                "verbose_name_plural": "uploaded files",
                "indexes": [models.Index(fields=["keep_until"], name="hcp_upload_keep_until")],
            },
        ),
        migrations.CreateModel(
            name="LeadFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(verbose_name="key")),
                ("question", models.CharField(max_length=200, verbose_name="question")),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="hcprograms.lead",
                    ),
                ),
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_file",
                        to="hcprograms.upload",
                    ),
                ),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "ordering": ["pk"],
            },
        ),
    ]
