"""Message templates in versions, and which one a follow-up uses.

What a version says is never rewritten, whoever asks: a change is a new version.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hcprograms.followup.models.templates
from hcprograms.migrations._triggers import lift, put_back

TABLE, NAME = "hcprograms_templateversion", "hcp_template_version_no_rewrite"
MESSAGE = "a version of a text is never changed: save a new one"
KEPT = ["template_id", "language", "number", "subject", "body", "restores", "created_at"]


def condition(differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in KEPT)


def install(apps, schema_editor) -> None:
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
    dependencies = [
        ("hcprograms", "0016_public_holidays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name="followup",
            name="template",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Key of the text to use. Empty: the standard text for such messages.",
                max_length=60,
                verbose_name="template",
            ),
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("confirmation", "confirmation to the applicant"),
                            ("results", "results by email, to the applicant"),
                            ("appointment", "news of an appointment, to the applicant"),
                            ("appt_remind", "reminder of an appointment"),
                            ("own", "own text to the applicant"),
                            ("alert", "alert to the advisor"),
                            ("reminder", "reminder to the advisor"),
                            ("escalation", "escalation to the manager"),
                            ("appt_advisor", "news of an appointment, to the advisor"),
                        ],
                        max_length=12,
                        verbose_name="used for",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "key",
                    models.SlugField(
                        help_text="Short and lasting: follow-ups and sequences name the text by it.",
                        max_length=60,
                        verbose_name="key",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default=hcprograms.followup.models.templates.site_language,
                        help_text="For people in whose language there is no version.",
                        max_length=10,
                        verbose_name="language of last resort",
                    ),
                ),
                (
                    "is_standard",
                    models.BooleanField(
                        default=False,
                        help_text="Sent instead of the built-in text wherever no other text is named.",
                        verbose_name="standard text",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise it is used only where it was chosen before.",
                        verbose_name="offered",
                    ),
                ),
                (
                    "trouble",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="trouble"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_templates",
                        to="hcprograms.institution",
                        verbose_name="institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "message template",
                "verbose_name_plural": "message templates",
                "ordering": ["institution", "kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("subject", models.CharField(blank=True, max_length=150, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "restores",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="restores version"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="saved at")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saved by",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="hcprograms.messagetemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a text",
                "verbose_name_plural": "versions of texts",
                "ordering": ["template", "language", "-number"],
            },
        ),
        migrations.AddField(
            model_name="followup",
            name="template_version",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Empty: the built-in text.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="hcprograms.templateversion",
                verbose_name="text that was sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.UniqueConstraint(
                fields=("institution", "key"),
                name="hcp_template_key_once",
                violation_error_message="Another text has this key already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_standard", True)),
                fields=("institution", "kind"),
                name="hcp_template_one_standard",
                violation_error_message="Another text is the standard for this already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_standard", True), ("kind", "own"), _negated=True),
                name="hcp_template_own_is_no_standard",
                violation_error_message="A text of your own has no built-in text to replace.",
            ),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.UniqueConstraint(
                fields=("template", "language", "number"), name="hcp_template_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="templateversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body", ""), ("subject", "")),
                    models.Q(
                        models.Q(("subject", ""), _negated=True),
                        models.Q(("body", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hcp_template_version_whole",
            ),
        ),
        put_back(),
        migrations.RunPython(install, remove),
    ]
