"""What applicants ask besides the price, and disclosures in versions.

A published version of a disclosure is never rewritten: the database refuses it, whoever asks. It
may be ended. Disclosures are part of kept pages, so their changes are counted (0003).
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import hcprograms.catalog.days
import hcprograms.catalog.models.disclosures
from hcprograms.migrations._triggers import lift, put_back

TABLE = "hcprograms_disclosure"
VERSION = "hcprograms_catalogversion"
COUNT = f"UPDATE {VERSION} SET number = number + 1, changed_at = CURRENT_TIMESTAMP"
GUARD = "hcp_disclosure_no_rewrite"
MESSAGE = "a published disclosure is never edited: publish a new version"
KEPT = ["code", "version", "places", "text", "status", "valid_from"]
CHANGED = " OR ".join(
    [
        *(f"NEW.{name} <> OLD.{name}" for name in KEPT),
        "COALESCE(NEW.institution_id, 0) <> COALESCE(OLD.institution_id, 0)",
    ]
)
REWRITTEN = f"OLD.status = 'published' AND ({CHANGED})"


def counters() -> list[tuple[str, str]]:
    return [
        (f"hcp_count_disclosure_{event.lower()}", event) for event in ("INSERT", "UPDATE", "DELETE")
    ]


def install(apps, schema_editor) -> None:
    remove(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {REWRITTEN} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation',"
            f" MESSAGE = '{MESSAGE}'; END IF; RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON {TABLE}"
            f" FOR EACH ROW EXECUTE FUNCTION {GUARD}()",
            params=None,
        )
    elif vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON {TABLE} WHEN {REWRITTEN}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            params=None,
        )
    for name, event in counters():
        each = "FOR EACH STATEMENT EXECUTE FUNCTION hcp_count_catalog_change()"
        body = each if vendor == "postgresql" else f"BEGIN {COUNT}; END"
        if vendor in ("postgresql", "sqlite"):
            schema_editor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {TABLE} {body}", None)


def remove(apps, schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for name in [GUARD, *(name for name, _event in counters())]:
        on = f" ON {TABLE}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {GUARD}()")


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0004_routing"),
    ]

    operations = [
        lift(),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="What it is about, such as no-guarantee-of-employment. The code of a shared text: yours is shown in its place.",
                        max_length=40,
                        verbose_name="code",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "places",
                    models.JSONField(
                        validators=[hcprograms.catalog.models.disclosures.validate_places],
                        verbose_name="shown with",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published")],
                        default="draft",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        validators=[hcprograms.catalog.days.validate_day],
                        verbose_name="in force from",
                    ),
                ),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The last day. Empty: until a later version is in force.",
                        null=True,
                        validators=[hcprograms.catalog.days.validate_day],
                        verbose_name="in force until",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "disclosure",
                "verbose_name_plural": "disclosures",
                "ordering": ["code", "institution", "-version"],
            },
        ),
        migrations.AddField(
            model_name="program",
            name="aid_services",
            field=models.TextField(
                blank=True,
                help_text="Financial aid advice, scholarships, grants, work study …; one per line.",
                max_length=4000,
                verbose_name="help with paying",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="details_as_of",
            field=models.DateField(
                blank=True,
                help_text="The day on which somebody last compared them with their source.",
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="facts as of",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="details_url",
            field=models.URLField(
                blank=True, max_length=500, verbose_name="where these facts are published"
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="military_benefits",
            field=models.TextField(
                blank=True,
                help_text="What active duty, veterans and their spouses may use, such as the GI Bill; one per line. A lower price is said on each offering.",
                max_length=4000,
                verbose_name="for the military",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="prerequisites",
            field=models.TextField(
                blank=True,
                help_text="What one must have before starting; one point per line.",
                max_length=4000,
                verbose_name="prerequisites",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="student_faculty_ratio",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="15 means 15 students to 1 member of the faculty.",
                max_digits=4,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(500),
                ],
                verbose_name="students per teacher",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="support_services",
            field=models.TextField(
                blank=True,
                help_text="Tutoring, advising, career services …; one per line.",
                max_length=4000,
                verbose_name="support for students",
            ),
        ),
        migrations.AddField(
            model_name="program",
            name="transfer_rules",
            field=models.TextField(
                blank=True,
                help_text="Which credits earned elsewhere count: from where, how old, with what grade; one point per line. How many at most is said on each offering.",
                max_length=4000,
                verbose_name="transfer of credits",
            ),
        ),
        migrations.AlterField(
            model_name="accreditationrecord",
            name="effective_on",
            field=models.DateField(
                validators=[hcprograms.catalog.days.validate_day], verbose_name="in force from"
            ),
        ),
        migrations.AlterField(
            model_name="accreditationrecord",
            name="expires_on",
            field=models.DateField(
                blank=True,
                help_text="The last day, as the accreditor gave it. Never computed.",
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="in force until",
            ),
        ),
        migrations.AlterField(
            model_name="accreditationrecord",
            name="verified_on",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="last verified on",
            ),
        ),
        migrations.AlterField(
            model_name="intake",
            name="apply_by",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="apply by",
            ),
        ),
        migrations.AlterField(
            model_name="intake",
            name="starts_on",
            field=models.DateField(
                validators=[hcprograms.catalog.days.validate_day], verbose_name="starts on"
            ),
        ),
        migrations.AlterField(
            model_name="licensuredisclosure",
            name="as_of",
            field=models.DateField(
                validators=[hcprograms.catalog.days.validate_day], verbose_name="as of"
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="price_as_of",
            field=models.DateField(
                blank=True,
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="price as of",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("aid_services", ""),
                        ("military_benefits", ""),
                        ("prerequisites", ""),
                        ("student_faculty_ratio__isnull", True),
                        ("support_services", ""),
                        ("transfer_rules", ""),
                    ),
                    ("details_as_of__isnull", False),
                    _connector="OR",
                ),
                name="hcp_program_details_dated",
                violation_error_message="Say as of which day the facts about entry, transfer, support and teachers are.",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("student_faculty_ratio__isnull", True),
                    models.Q(
                        ("student_faculty_ratio__gte", 1), ("student_faculty_ratio__lte", 500)
                    ),
                    _connector="OR",
                ),
                name="hcp_program_ratio_range",
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="institution",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose pages show it. None: shared, on every institution's pages.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="disclosures",
                to="hcprograms.institution",
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="source",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose practice the shared text follows.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="hcprograms.evidencesource",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                fields=("institution", "code", "version"), name="hcp_disclosure_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("institution__isnull", True)),
                fields=("code", "version"),
                name="hcp_disclosure_shared_version_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    ("valid_to__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="hcp_disclosure_dates_in_order",
                violation_error_message="It ends before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "published"])),
                name="hcp_disclosure_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="hcp_disclosure_says_something",
            ),
        ),
        put_back(),
        migrations.RunPython(install, remove),
    ]
