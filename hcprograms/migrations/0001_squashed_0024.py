"""All tables and guards as they were after 0024, made at once.

A new database takes this in place of the migrations that it replaces; a site that has some of those
already takes the rest of them one by one.
"""

import datetime
import uuid
from decimal import Decimal
from importlib import import_module

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import hcprograms.catalog.days
import hcprograms.catalog.models.disclosures
import hcprograms.catalog.states
import hcprograms.followup.models.templates
import hcprograms.followup.models.webhooks
import hcprograms.institutions.models
import hcprograms.leads.models.forms
import hcprograms.leads.models.questions
import hcprograms.leads.models.routing
from hcprograms.migrations._together import CreateModels

GUARDED_BY = [
    "0002_database_guards",
    "0003_catalog_version",
    "0005_program_details_and_disclosures",
    "0014_accreditation_append_only",
    "0017_message_templates",
]


def guards(name: str) -> migrations.RunPython:
    earlier = import_module(f"hcprograms.migrations.{name}")
    return migrations.RunPython(earlier.install, earlier.remove)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("hcprograms", "0001_initial"),
        ("hcprograms", "0002_database_guards"),
        ("hcprograms", "0003_catalog_version"),
        ("hcprograms", "0004_routing"),
        ("hcprograms", "0005_program_details_and_disclosures"),
        ("hcprograms", "0006_webhooks"),
        ("hcprograms", "0007_history"),
        ("hcprograms", "0008_lead_inbox"),
        ("hcprograms", "0009_spreadsheet_uploads"),
        ("hcprograms", "0010_help_texts"),
        ("hcprograms", "0011_suppression_time"),
        ("hcprograms", "0012_retention_and_usage"),
        ("hcprograms", "0013_appointments"),
        ("hcprograms", "0014_accreditation_append_only"),
        ("hcprograms", "0015_training_and_ways"),
        ("hcprograms", "0016_public_holidays"),
        ("hcprograms", "0017_message_templates"),
        ("hcprograms", "0018_follow_ups_of_institutions"),
        ("hcprograms", "0019_mail_in"),
        ("hcprograms", "0020_sequences"),
        ("hcprograms", "0021_files"),
        ("hcprograms", "0022_proof_of_work"),
        ("hcprograms", "0023_api_keys"),
        ("hcprograms", "0024_digests_and_watching"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name="EvidenceSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("key", models.SlugField(max_length=40, unique=True, verbose_name="key")),
                        (
                            "publisher",
                            models.CharField(blank=True, max_length=200, verbose_name="publisher"),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="title")),
                        (
                            "url",
                            models.URLField(blank=True, max_length=500, verbose_name="address"),
                        ),
                        (
                            "published_on",
                            models.CharField(
                                blank=True,
                                help_text="As precisely as known: 2020, 2020-11 or 2020-11-04.",
                                max_length=10,
                                verbose_name="published",
                            ),
                        ),
                        (
                            "note",
                            models.TextField(
                                blank=True,
                                help_text="Attribution to print, or what is missing.",
                                verbose_name="note",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "source of evidence",
                        "verbose_name_plural": "sources of evidence",
                        "ordering": ["key"],
                    },
                ),
                migrations.CreateModel(
                    name="InterestStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("slug", models.SlugField(max_length=40, unique=True, verbose_name="slug")),
                        ("text", models.CharField(max_length=200, verbose_name="text")),
                        (
                            "track",
                            models.CharField(
                                choices=[
                                    ("management", "management"),
                                    ("administration", "administration"),
                                    ("medical_administration", "medical administration"),
                                ],
                                max_length=24,
                                verbose_name="leans towards",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="asked")),
                    ],
                    options={
                        "verbose_name": "interest statement",
                        "verbose_name_plural": "interest statements",
                        "ordering": ["position", "slug"],
                    },
                ),
                migrations.CreateModel(
                    name="Certification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="slug")),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "abbreviation",
                            models.CharField(
                                blank=True, max_length=20, verbose_name="abbreviation"
                            ),
                        ),
                        (
                            "body",
                            models.CharField(blank=True, max_length=200, verbose_name="awarded by"),
                        ),
                        (
                            "track",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("management", "management"),
                                    ("administration", "administration"),
                                    ("medical_administration", "medical administration"),
                                ],
                                max_length=24,
                                verbose_name="track",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certifications",
                                to="hcprograms.evidencesource",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "certification",
                        "verbose_name_plural": "certifications",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="FieldFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        (
                            "slug",
                            models.SlugField(max_length=120, unique=True, verbose_name="slug"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("duty", "duty"),
                                    ("skill", "skill"),
                                    ("workplace", "workplace"),
                                    ("education", "education"),
                                    ("degree", "degree"),
                                    ("interest", "interest"),
                                    ("background", "background"),
                                    ("contact", "contact with patients"),
                                    ("relation", "how the tracks relate"),
                                    ("training", "training"),
                                    ("advice", "advice"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "track",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("management", "management"),
                                    ("administration", "administration"),
                                    ("medical_administration", "medical administration"),
                                ],
                                help_text="Empty: both.",
                                max_length=24,
                                verbose_name="track",
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="text")),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="facts",
                                to="hcprograms.evidencesource",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "fact of the field",
                        "verbose_name_plural": "facts of the field",
                        "ordering": ["kind", "track", "slug"],
                    },
                ),
                migrations.CreateModel(
                    name="Institution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "slug",
                            models.SlugField(max_length=120, unique=True, verbose_name="slug"),
                        ),
                        (
                            "legal_name",
                            models.CharField(
                                blank=True,
                                help_text="The seller named in consent texts. Empty: the name above.",
                                max_length=200,
                                verbose_name="legal name",
                            ),
                        ),
                        (
                            "is_published",
                            models.BooleanField(default=True, verbose_name="published"),
                        ),
                        (
                            "is_fictional",
                            models.BooleanField(
                                default=False,
                                help_text="A made-up example. Every public page says so.",
                                verbose_name="fictional",
                            ),
                        ),
                        (
                            "website",
                            models.URLField(blank=True, max_length=500, verbose_name="website"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=40, verbose_name="phone"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email"),
                        ),
                        (
                            "withdrawal_email",
                            models.EmailField(
                                blank=True,
                                help_text="Who writes STOP to it gets no more emails. Printed in emails to applicants. This site must be given its mail: see “Mail that comes in” in the documentation.",
                                max_length=254,
                                verbose_name="address that ends emails",
                            ),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                default="US", max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(blank=True, max_length=10, verbose_name="state"),
                        ),
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        (
                            "postal_address",
                            models.TextField(
                                blank=True,
                                help_text="Printed at the end of emails to applicants, as the law asks.",
                                verbose_name="postal address",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="America/New_York",
                                max_length=60,
                                validators=[hcprograms.institutions.models.validate_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "closes_on_holidays",
                            models.BooleanField(
                                default=False,
                                help_text="Those of its country and state. Other days off are closures, below.",
                                verbose_name="closed on public holidays",
                            ),
                        ),
                        (
                            "sends_digest",
                            models.BooleanField(
                                default=True,
                                help_text="By email on open days: all open leads to managers, their own to advisors.",
                                verbose_name="daily digest of open leads",
                            ),
                        ),
                        (
                            "digest_at",
                            models.TimeField(default=datetime.time(8, 0), verbose_name="digest at"),
                        ),
                        (
                            "privacy_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="privacy policy"
                            ),
                        ),
                        (
                            "terms_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="terms of use"
                            ),
                        ),
                        (
                            "accreditation_limit_days",
                            models.PositiveSmallIntegerField(
                                default=365,
                                help_text="A claim not verified for longer is not shown to the public.",
                                verbose_name="days an accreditation check stays fresh",
                            ),
                        ),
                        (
                            "unitid",
                            models.CharField(
                                blank=True,
                                max_length=6,
                                null=True,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{6}$", "UNITID is six digits."
                                    )
                                ],
                                verbose_name="UNITID",
                            ),
                        ),
                        (
                            "opeid",
                            models.CharField(
                                blank=True,
                                max_length=8,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{8}$", "OPEID is eight digits, zeros included."
                                    )
                                ],
                                verbose_name="OPEID",
                            ),
                        ),
                        (
                            "institutional_accreditor",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="institutional accreditor"
                            ),
                        ),
                        (
                            "published_tuition",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Yearly figures for the whole institution, each with its source and period.",
                                verbose_name="institution-wide published tuition",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True,
                                help_text="Where imported facts come from.",
                                max_length=200,
                                verbose_name="source",
                            ),
                        ),
                        (
                            "source_as_of",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="source's period"
                            ),
                        ),
                        (
                            "import_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "institution",
                        "verbose_name_plural": "institutions",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unitid__isnull", True),
                                    ("unitid__regex", "^\\d{6}$"),
                                    _connector="OR",
                                ),
                                name="hcp_institution_unitid_six_digits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opeid", ""), ("opeid__regex", "^\\d{8}$"), _connector="OR"
                                ),
                                name="hcp_institution_opeid_eight_digits",
                            ),
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("withdrawal_email"),
                                condition=models.Q(("withdrawal_email", ""), _negated=True),
                                name="hcp_institution_withdrawal_email_once",
                                violation_error_message="Another institution has this address that ends emails.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalInstitution",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "slug",
                            models.SlugField(db_index=False, max_length=120, verbose_name="slug"),
                        ),
                        (
                            "legal_name",
                            models.CharField(blank=True, max_length=200, verbose_name="legal name"),
                        ),
                        (
                            "is_published",
                            models.BooleanField(default=True, verbose_name="published"),
                        ),
                        (
                            "is_fictional",
                            models.BooleanField(default=False, verbose_name="fictional"),
                        ),
                        (
                            "website",
                            models.URLField(blank=True, max_length=500, verbose_name="website"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=40, verbose_name="phone"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email"),
                        ),
                        (
                            "withdrawal_email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="address that ends emails"
                            ),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                default="US", max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(blank=True, max_length=10, verbose_name="state"),
                        ),
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        (
                            "postal_address",
                            models.TextField(blank=True, verbose_name="postal address"),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="America/New_York", max_length=60, verbose_name="time zone"
                            ),
                        ),
                        (
                            "closes_on_holidays",
                            models.BooleanField(
                                default=False, verbose_name="closed on public holidays"
                            ),
                        ),
                        (
                            "sends_digest",
                            models.BooleanField(
                                default=True, verbose_name="daily digest of open leads"
                            ),
                        ),
                        (
                            "digest_at",
                            models.TimeField(default=datetime.time(8, 0), verbose_name="digest at"),
                        ),
                        (
                            "privacy_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="privacy policy"
                            ),
                        ),
                        (
                            "terms_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="terms of use"
                            ),
                        ),
                        (
                            "accreditation_limit_days",
                            models.PositiveSmallIntegerField(
                                default=365, verbose_name="days an accreditation check stays fresh"
                            ),
                        ),
                        (
                            "unitid",
                            models.CharField(
                                blank=True, max_length=6, null=True, verbose_name="UNITID"
                            ),
                        ),
                        ("opeid", models.CharField(blank=True, max_length=8, verbose_name="OPEID")),
                        (
                            "institutional_accreditor",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="institutional accreditor"
                            ),
                        ),
                        (
                            "published_tuition",
                            models.JSONField(
                                blank=True,
                                default=list,
                                verbose_name="institution-wide published tuition",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "source_as_of",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="source's period"
                            ),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical institution",
                        "verbose_name_plural": "historical institutions",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalCampus",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "slug",
                            models.SlugField(db_index=False, max_length=120, verbose_name="slug"),
                        ),
                        ("is_main", models.BooleanField(default=False, verbose_name="main campus")),
                        (
                            "address",
                            models.CharField(blank=True, max_length=300, verbose_name="address"),
                        ),
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        (
                            "state",
                            models.CharField(blank=True, max_length=10, verbose_name="state"),
                        ),
                        (
                            "postcode",
                            models.CharField(blank=True, max_length=20, verbose_name="postcode"),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                default="US", max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical campus",
                        "verbose_name_plural": "historical campuses",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="Campus",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="campuses",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("slug", models.SlugField(max_length=120, verbose_name="slug")),
                        ("is_main", models.BooleanField(default=False, verbose_name="main campus")),
                        (
                            "address",
                            models.CharField(blank=True, max_length=300, verbose_name="address"),
                        ),
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        (
                            "state",
                            models.CharField(blank=True, max_length=10, verbose_name="state"),
                        ),
                        (
                            "postcode",
                            models.CharField(blank=True, max_length=20, verbose_name="postcode"),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                default="US", max_length=2, verbose_name="country"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "campus",
                        "verbose_name_plural": "campuses",
                        "ordering": ["-is_main", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "slug"), name="hcp_campus_slug_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_main", True)),
                                fields=("institution",),
                                name="hcp_campus_one_main",
                                violation_error_message="This institution has a main campus already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hcprograms_memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "owner"),
                                    ("manager", "manager"),
                                    ("advisor", "advisor"),
                                    ("editor", "editor (catalog only)"),
                                    ("viewer", "viewer"),
                                ],
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "receives_leads",
                            models.BooleanField(
                                default=False,
                                help_text="This person gets an email the moment somebody asks.",
                                verbose_name="is told of new leads",
                            ),
                        ),
                        (
                            "is_fallback",
                            models.BooleanField(
                                default=False,
                                help_text="Gets the leads that no rule and no advisor can take. One per school.",
                                verbose_name="answers when nobody else can",
                            ),
                        ),
                        (
                            "daily_cap",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: no limit. Leads given by hand do not count.",
                                null=True,
                                verbose_name="new leads per day at most",
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="direct phone"
                            ),
                        ),
                        (
                            "bounced_address",
                            models.EmailField(
                                blank=True,
                                db_default="",
                                default="",
                                editable=False,
                                max_length=254,
                                verbose_name="address that takes no emails",
                            ),
                        ),
                        (
                            "bounced_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="found out at"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("lead_turn", models.PositiveBigIntegerField(default=0, editable=False)),
                        ("leads_on", models.DateField(editable=False, null=True)),
                        ("leads_that_day", models.PositiveIntegerField(default=0, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "membership",
                        "verbose_name_plural": "memberships",
                        "ordering": ["institution", "role", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "user"),
                                name="hcp_membership_once",
                                violation_error_message="This person is a member of the institution already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("receives_leads", False),
                                    models.Q(("role__in", ["editor", "viewer"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="hcp_membership_lead_roles",
                                violation_error_message="Editors and viewers are not told of leads.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_fallback", True)),
                                fields=("institution",),
                                name="hcp_membership_one_fallback",
                                violation_error_message="Somebody else answers when nobody else can already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_fallback", False),
                                    models.Q(("role__in", ["editor", "viewer"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="hcp_membership_fallback_roles",
                                violation_error_message="Editors and viewers do not answer leads.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OfficeHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="office_hours",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        ("opens", models.TimeField(verbose_name="opens")),
                        ("closes", models.TimeField(verbose_name="closes")),
                    ],
                    options={
                        "verbose_name": "office hours",
                        "verbose_name_plural": "office hours",
                        "ordering": ["weekday", "opens"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "weekday", "opens"),
                                name="hcp_office_hours_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__lte", 6)),
                                name="hcp_office_hours_weekday_exists",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Closure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="closures",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="first day")),
                        ("last_day", models.DateField(verbose_name="last day")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                    ],
                    options={
                        "verbose_name": "closure",
                        "verbose_name_plural": "closures",
                        "ordering": ["first_day"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="hcp_closure_days_in_order",
                                violation_error_message="The last day comes before the first.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalProgram",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "prerequisites",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="prerequisites"
                            ),
                        ),
                        (
                            "transfer_rules",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="transfer of credits"
                            ),
                        ),
                        (
                            "student_faculty_ratio",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=4,
                                null=True,
                                verbose_name="students per teacher",
                            ),
                        ),
                        (
                            "support_services",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="support for students"
                            ),
                        ),
                        (
                            "aid_services",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="help with paying"
                            ),
                        ),
                        (
                            "military_benefits",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="for the military"
                            ),
                        ),
                        (
                            "details_url",
                            models.URLField(
                                blank=True,
                                max_length=500,
                                verbose_name="where these facts are published",
                            ),
                        ),
                        (
                            "details_as_of",
                            models.DateField(blank=True, null=True, verbose_name="facts as of"),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        ("name", models.CharField(max_length=250, verbose_name="name")),
                        (
                            "slug",
                            models.SlugField(db_index=False, max_length=150, verbose_name="slug"),
                        ),
                        (
                            "award",
                            models.CharField(blank=True, max_length=40, verbose_name="award"),
                        ),
                        (
                            "concentration",
                            models.CharField(
                                blank=True, max_length=150, verbose_name="concentration"
                            ),
                        ),
                        ("level", models.CharField(max_length=20, verbose_name="level")),
                        (
                            "cip_code",
                            models.CharField(blank=True, max_length=7, verbose_name="CIP code"),
                        ),
                        (
                            "summary",
                            models.CharField(blank=True, max_length=300, verbose_name="summary"),
                        ),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        (
                            "status",
                            models.CharField(default="draft", max_length=10, verbose_name="status"),
                        ),
                        (
                            "track_position",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=3,
                                null=True,
                                verbose_name="track position",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "source_as_of",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="source's period"
                            ),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical program",
                        "verbose_name_plural": "historical programs",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="Program",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "prerequisites",
                            models.TextField(
                                blank=True,
                                help_text="What one must have before starting; one point per line.",
                                max_length=4000,
                                verbose_name="prerequisites",
                            ),
                        ),
                        (
                            "transfer_rules",
                            models.TextField(
                                blank=True,
                                help_text="Which credits earned elsewhere count: from where, how old, with what grade; one point per line. How many at most is said on each offering.",
                                max_length=4000,
                                verbose_name="transfer of credits",
                            ),
                        ),
                        (
                            "student_faculty_ratio",
                            models.DecimalField(
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
                        (
                            "support_services",
                            models.TextField(
                                blank=True,
                                help_text="Tutoring, advising, career services …; one per line.",
                                max_length=4000,
                                verbose_name="support for students",
                            ),
                        ),
                        (
                            "aid_services",
                            models.TextField(
                                blank=True,
                                help_text="Financial aid advice, scholarships, grants, work study …; one per line.",
                                max_length=4000,
                                verbose_name="help with paying",
                            ),
                        ),
                        (
                            "military_benefits",
                            models.TextField(
                                blank=True,
                                help_text="What active duty, veterans and their spouses may use, such as the GI Bill; one per line. A lower price is said on each offering.",
                                max_length=4000,
                                verbose_name="for the military",
                            ),
                        ),
                        (
                            "details_url",
                            models.URLField(
                                blank=True,
                                max_length=500,
                                verbose_name="where these facts are published",
                            ),
                        ),
                        (
                            "details_as_of",
                            models.DateField(
                                blank=True,
                                help_text="The day on which somebody last compared them with their source.",
                                null=True,
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="facts as of",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="programs",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As on the diploma, without the award: Master of Health Administration.",
                                max_length=250,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "slug",
                            models.SlugField(
                                help_text="The end of the page’s address; links to it break if it changes.",
                                max_length=150,
                                verbose_name="slug",
                            ),
                        ),
                        (
                            "award",
                            models.CharField(
                                blank=True,
                                help_text="Such as MHA.",
                                max_length=40,
                                verbose_name="award",
                            ),
                        ),
                        (
                            "concentration",
                            models.CharField(
                                blank=True,
                                help_text="The specialization on the diploma, if the program has one.",
                                max_length=150,
                                verbose_name="concentration",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("certificate", "undergraduate certificate"),
                                    ("associate", "associate degree"),
                                    ("bachelor", "bachelor’s degree"),
                                    ("postbaccalaureate", "post-baccalaureate certificate"),
                                    ("master", "master’s degree"),
                                    ("graduate_certificate", "graduate certificate"),
                                    ("doctorate", "doctorate"),
                                ],
                                help_text="What it ends with. CAHME accredits at the master’s level only.",
                                max_length=20,
                                verbose_name="level",
                            ),
                        ),
                        (
                            "cip_code",
                            models.CharField(
                                blank=True,
                                help_text="NN.NNNN of CIP 2020, zeros included.",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\d{2}\\.\\d{2}(\\d{2})?$",
                                        "A CIP code reads NN.NNNN (or NN.NN for its family).",
                                    )
                                ],
                                verbose_name="CIP code",
                            ),
                        ),
                        (
                            "summary",
                            models.CharField(
                                blank=True,
                                help_text="One sentence for lists and search engines. No promise of work or pay.",
                                max_length=300,
                                verbose_name="summary",
                            ),
                        ),
                        (
                            "description",
                            models.TextField(
                                blank=True,
                                help_text="For its own page. Everything in it must be true of every offering.",
                                verbose_name="description",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                help_text="The public sees published programs only.",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "track_position",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="+1 management … −1 administration, as the institution sees it. Empty: computed from the roles it leads to.",
                                max_digits=3,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("-1")),
                                    django.core.validators.MaxValueValidator(Decimal("1")),
                                ],
                                verbose_name="track position",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "source_as_of",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="source's period"
                            ),
                        ),
                        ("import_key", models.CharField(blank=True, editable=False, max_length=60)),
                        (
                            "import_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "certifications",
                            models.ManyToManyField(
                                blank=True,
                                related_name="programs",
                                to="hcprograms.certification",
                                verbose_name="prepares for",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "program",
                        "verbose_name_plural": "programs",
                        "ordering": ["institution", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "slug"), name="hcp_program_slug_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("import_key", ""), _negated=True),
                                fields=("institution", "import_key"),
                                name="hcp_program_import_key_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "level__in",
                                        [
                                            "certificate",
                                            "associate",
                                            "bachelor",
                                            "postbaccalaureate",
                                            "master",
                                            "graduate_certificate",
                                            "doctorate",
                                        ],
                                    )
                                ),
                                name="hcp_program_level_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("track_position__isnull", True),
                                    models.Q(
                                        ("track_position__gte", -1), ("track_position__lte", 1)
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_program_track_position_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cip_code", ""),
                                    ("cip_code__regex", "^\\d{2}\\.\\d{2}(\\d{2})?$"),
                                    _connector="OR",
                                ),
                                name="hcp_program_cip_format",
                            ),
                            models.CheckConstraint(
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("student_faculty_ratio__isnull", True),
                                    models.Q(
                                        ("student_faculty_ratio__gte", 1),
                                        ("student_faculty_ratio__lte", 500),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_program_ratio_range",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["status", "level"], name="hcp_program_status_level"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalOffering",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(default="USD", max_length=3, verbose_name="currency"),
                        ),
                        (
                            "price_basis",
                            models.CharField(
                                blank=True, default="", max_length=8, verbose_name="price is"
                            ),
                        ),
                        (
                            "price",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="price",
                            ),
                        ),
                        (
                            "price_resident",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="price for residents of the state",
                            ),
                        ),
                        (
                            "price_military",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="price with military benefits",
                            ),
                        ),
                        (
                            "fees_total",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="fees in all",
                            ),
                        ),
                        (
                            "price_source_url",
                            models.URLField(
                                blank=True,
                                max_length=500,
                                verbose_name="where the price is published",
                            ),
                        ),
                        (
                            "price_as_of",
                            models.DateField(blank=True, null=True, verbose_name="price as of"),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        (
                            "delivery",
                            models.CharField(blank=True, max_length=8, verbose_name="delivery"),
                        ),
                        (
                            "status",
                            models.CharField(
                                default="published", max_length=10, verbose_name="status"
                            ),
                        ),
                        (
                            "duration_months",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="months"
                            ),
                        ),
                        ("pace", models.CharField(blank=True, max_length=80, verbose_name="pace")),
                        (
                            "credits",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=5,
                                null=True,
                                verbose_name="credits",
                            ),
                        ),
                        (
                            "max_transfer_credits",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                max_digits=5,
                                null=True,
                                verbose_name="credits that may transfer in",
                            ),
                        ),
                        (
                            "terms",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="terms"
                            ),
                        ),
                        (
                            "state_rule",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=8,
                                verbose_name="open to residents of",
                            ),
                        ),
                        (
                            "states",
                            models.JSONField(blank=True, default=list, verbose_name="states"),
                        ),
                        (
                            "open_to_international",
                            models.BooleanField(
                                blank=True, null=True, verbose_name="open to people abroad"
                            ),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "campus",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.campus",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical offering",
                        "verbose_name_plural": "historical offerings",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="Offering",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="USD",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}$", "Three capital letters, such as USD."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "price_basis",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not published"),
                                    ("credit", "per credit"),
                                    ("term", "per term"),
                                    ("total", "for the whole program"),
                                ],
                                default="",
                                help_text="What one price buys. The cost in all is computed from it.",
                                max_length=8,
                                verbose_name="price is",
                            ),
                        ),
                        (
                            "price",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="For everybody, or for non-residents where residents pay another price.",
                                max_digits=9,
                                null=True,
                                verbose_name="price",
                            ),
                        ),
                        (
                            "price_resident",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Only where it differs.",
                                max_digits=9,
                                null=True,
                                verbose_name="price for residents of the state",
                            ),
                        ),
                        (
                            "price_military",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Only where it differs.",
                                max_digits=9,
                                null=True,
                                verbose_name="price with military benefits",
                            ),
                        ),
                        (
                            "fees_total",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Every fee that one must pay until the end. 0 means none.",
                                max_digits=9,
                                null=True,
                                verbose_name="fees in all",
                            ),
                        ),
                        (
                            "price_source_url",
                            models.URLField(
                                blank=True,
                                help_text="Linked beside the price.",
                                max_length=500,
                                verbose_name="where the price is published",
                            ),
                        ),
                        (
                            "price_as_of",
                            models.DateField(
                                blank=True,
                                help_text="The day on which somebody last compared it with its source.",
                                null=True,
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="price as of",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offerings",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "delivery",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("online", "online"),
                                    ("hybrid", "hybrid"),
                                    ("campus", "on campus"),
                                    ("", "not published"),
                                ],
                                help_text="Hybrid: some of it must be attended on campus.",
                                max_length=8,
                                verbose_name="delivery",
                            ),
                        ),
                        (
                            "campus",
                            models.ForeignKey(
                                blank=True,
                                help_text="Where it is taught. Empty: fully online, or not published.",
                                null=True,
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="offerings",
                                to="hcprograms.campus",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="published",
                                help_text="The public sees it while its program is published too.",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "duration_months",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="From the first day to the degree, at the usual pace.",
                                null=True,
                                verbose_name="months",
                            ),
                        ),
                        (
                            "pace",
                            models.CharField(
                                blank=True,
                                help_text="Such as part time, or at your own pace.",
                                max_length=80,
                                verbose_name="pace",
                            ),
                        ),
                        (
                            "credits",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                help_text="In all, in the credits that the price is per.",
                                max_digits=5,
                                null=True,
                                verbose_name="credits",
                            ),
                        ),
                        (
                            "max_transfer_credits",
                            models.DecimalField(
                                blank=True,
                                decimal_places=1,
                                help_text="At most. 0 means none; empty means not published.",
                                max_digits=5,
                                null=True,
                                verbose_name="credits that may transfer in",
                            ),
                        ),
                        (
                            "terms",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="How many one pays for, where the price is per term.",
                                null=True,
                                verbose_name="terms",
                            ),
                        ),
                        (
                            "state_rule",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not published"),
                                    ("all", "all states"),
                                    ("only", "only the states listed"),
                                    ("except", "all but the states listed"),
                                ],
                                default="",
                                help_text="Where the school may enrol people for this offering.",
                                max_length=8,
                                verbose_name="open to residents of",
                            ),
                        ),
                        (
                            "states",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.catalog.states.validate_states],
                                verbose_name="states",
                            ),
                        ),
                        (
                            "open_to_international",
                            models.BooleanField(
                                blank=True, null=True, verbose_name="open to people abroad"
                            ),
                        ),
                        ("import_key", models.CharField(blank=True, editable=False, max_length=60)),
                        (
                            "import_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "offering",
                        "verbose_name_plural": "offerings",
                        "ordering": ["program", "delivery", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("program", "delivery", "campus"),
                                name="hcp_offering_once",
                                violation_error_message="This program has an offering with this delivery at this campus already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("campus__isnull", True)),
                                fields=("program", "delivery"),
                                name="hcp_offering_once_without_campus",
                                violation_error_message="This program has an offering with this delivery and no campus already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("duration_months__isnull", True),
                                    ("duration_months__gte", 1),
                                    _connector="OR",
                                ),
                                name="hcp_offering_duration_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("price__isnull", True), ("price__gte", 0), _connector="OR"
                                    ),
                                    models.Q(
                                        ("price_resident__isnull", True),
                                        ("price_resident__gte", 0),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("price_military__isnull", True),
                                        ("price_military__gte", 0),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("fees_total__isnull", True),
                                        ("fees_total__gte", 0),
                                        _connector="OR",
                                    ),
                                ),
                                name="hcp_offering_money_not_negative",
                                violation_error_message="Money is never negative.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("price_basis", ""), _negated=True),
                                    models.Q(
                                        ("price__isnull", True), ("price_resident__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_offering_price_has_basis",
                                violation_error_message="Say what the price is for: a credit, a term, or all.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("credits__isnull", True), ("credits__gt", 0), _connector="OR"
                                ),
                                name="hcp_offering_credits_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalIntake",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        ("starts_on", models.DateField(verbose_name="starts on")),
                        (
                            "apply_by",
                            models.DateField(blank=True, null=True, verbose_name="apply by"),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.offering",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical intake",
                        "verbose_name_plural": "historical intakes",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="Intake",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="intakes",
                                to="hcprograms.offering",
                            ),
                        ),
                        (
                            "starts_on",
                            models.DateField(
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="starts on",
                            ),
                        ),
                        (
                            "apply_by",
                            models.DateField(
                                blank=True,
                                help_text="The last day. Empty: until it starts.",
                                null=True,
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="apply by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "intake",
                        "verbose_name_plural": "intakes",
                        "ordering": ["starts_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("offering", "starts_on"), name="hcp_intake_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("apply_by__isnull", True),
                                    ("apply_by__lte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="hcp_intake_apply_before_start",
                                violation_error_message="The apply-by date comes after the start.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CatalogVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(default=1)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pk", 1)), name="hcp_one_catalog_version"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Accreditor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True, verbose_name="slug")),
                        (
                            "abbreviation",
                            models.CharField(
                                blank=True, max_length=20, verbose_name="abbreviation"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("accreditation", "accredits"),
                                    ("certification", "certifies"),
                                ],
                                default="accreditation",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("offering", "a program as offered"),
                                    ("program", "a program"),
                                    ("institution", "an institution"),
                                ],
                                default="offering",
                                max_length=12,
                                verbose_name="scope",
                            ),
                        ),
                        (
                            "levels",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Credential levels that it covers. Empty: any.",
                                verbose_name="levels",
                            ),
                        ),
                        (
                            "website",
                            models.URLField(blank=True, max_length=500, verbose_name="website"),
                        ),
                    ],
                    options={
                        "verbose_name": "accreditor",
                        "verbose_name_plural": "accreditors",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="AccreditationRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accreditation_records",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accreditation_records",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accreditation_records",
                                to="hcprograms.offering",
                            ),
                        ),
                        (
                            "accreditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="records",
                                to="hcprograms.accreditor",
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
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
                                ],
                                max_length=12,
                                verbose_name="action",
                            ),
                        ),
                        (
                            "effective_on",
                            models.DateField(
                                help_text="The day of the accreditor’s action, as its letter or list gives it.",
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="in force from",
                            ),
                        ),
                        (
                            "expires_on",
                            models.DateField(
                                blank=True,
                                help_text="The last day, as the accreditor gave it. Never computed.",
                                null=True,
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="in force until",
                            ),
                        ),
                        (
                            "evidence_url",
                            models.URLField(
                                blank=True,
                                help_text="The accreditor’s own page or letter. The public badge links to it.",
                                max_length=500,
                                verbose_name="evidence",
                            ),
                        ),
                        (
                            "verified_on",
                            models.DateField(
                                blank=True,
                                help_text="When somebody last saw it there with their own eyes.",
                                null=True,
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="last verified on",
                            ),
                        ),
                        (
                            "is_historical",
                            models.BooleanField(
                                default=False,
                                help_text="From a frozen source: shown as dated history, never as a current claim.",
                                verbose_name="history only",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "supersedes",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="superseded_by",
                                to="hcprograms.accreditationrecord",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="reason for the correction"
                            ),
                        ),
                        (
                            "import_key",
                            models.CharField(
                                blank=True, editable=False, max_length=120, null=True, unique=True
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "accreditation record",
                        "verbose_name_plural": "accreditation records",
                        "ordering": ["accreditor", "effective_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_on__isnull", True),
                                    ("expires_on__gte", models.F("effective_on")),
                                    _connector="OR",
                                ),
                                name="hcp_accreditation_dates_in_order",
                                violation_error_message="It ends before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("program__isnull", True),
                                    ("offering__isnull", True),
                                    _connector="OR",
                                ),
                                name="hcp_accreditation_one_subject",
                                violation_error_message="Name a program or an offering, not both.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("supersedes__isnull", True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="hcp_accreditation_correction_has_reason",
                                violation_error_message="Say why the earlier record was wrong.",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["offering", "accreditor"], name="hcp_accreditation_offering"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalAccreditationRecord",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        ("action", models.CharField(max_length=12, verbose_name="action")),
                        ("effective_on", models.DateField(verbose_name="in force from")),
                        (
                            "expires_on",
                            models.DateField(blank=True, null=True, verbose_name="in force until"),
                        ),
                        (
                            "evidence_url",
                            models.URLField(blank=True, max_length=500, verbose_name="evidence"),
                        ),
                        (
                            "verified_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="last verified on"
                            ),
                        ),
                        (
                            "is_historical",
                            models.BooleanField(default=False, verbose_name="history only"),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="reason for the correction"
                            ),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.offering",
                            ),
                        ),
                        (
                            "accreditor",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.accreditor",
                            ),
                        ),
                        (
                            "supersedes",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.accreditationrecord",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical accreditation record",
                        "verbose_name_plural": "historical accreditation records",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalDisclosure",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        (
                            "code",
                            models.SlugField(db_index=False, max_length=40, verbose_name="code"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                        ("places", models.JSONField(verbose_name="shown with")),
                        ("text", models.TextField(max_length=2000, verbose_name="text")),
                        (
                            "status",
                            models.CharField(default="draft", max_length=9, verbose_name="status"),
                        ),
                        ("valid_from", models.DateField(verbose_name="in force from")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="in force until"),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.evidencesource",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical disclosure",
                        "verbose_name_plural": "historical disclosures",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="Disclosure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whose pages show it. None: shared, on every institution's pages.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="disclosures",
                                to="hcprograms.institution",
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
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whose practice the shared text follows.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disclosures",
                                to="hcprograms.evidencesource",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "disclosure",
                        "verbose_name_plural": "disclosures",
                        "ordering": ["code", "institution", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "code", "version"),
                                name="hcp_disclosure_version_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("institution__isnull", True)),
                                fields=("code", "version"),
                                name="hcp_disclosure_shared_version_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="hcp_disclosure_dates_in_order",
                                violation_error_message="It ends before it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["draft", "published"])),
                                name="hcp_disclosure_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True),
                                name="hcp_disclosure_says_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalLicensureDisclosure",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        ("state", models.CharField(max_length=2, verbose_name="state")),
                        ("finding", models.CharField(max_length=14, verbose_name="finding")),
                        ("licence", models.CharField(max_length=150, verbose_name="licence")),
                        (
                            "source_url",
                            models.URLField(blank=True, max_length=500, verbose_name="source"),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical licensure disclosure",
                        "verbose_name_plural": "historical licensure disclosures",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="LicensureDisclosure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="licensure_disclosures",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=hcprograms.catalog.states.list_state_choices,
                                max_length=2,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "finding",
                            models.CharField(
                                choices=[
                                    ("meets", "meets the requirements"),
                                    ("does_not_meet", "does not meet the requirements"),
                                    ("undetermined", "not determined"),
                                ],
                                help_text="Whether the program meets the state’s educational requirements.",
                                max_length=14,
                                verbose_name="finding",
                            ),
                        ),
                        (
                            "licence",
                            models.CharField(
                                help_text="Such as nursing home administrator.",
                                max_length=150,
                                verbose_name="licence",
                            ),
                        ),
                        (
                            "source_url",
                            models.URLField(blank=True, max_length=500, verbose_name="source"),
                        ),
                        (
                            "as_of",
                            models.DateField(
                                validators=[hcprograms.catalog.days.validate_day],
                                verbose_name="as of",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "licensure disclosure",
                        "verbose_name_plural": "licensure disclosures",
                        "ordering": ["state", "licence"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("program", "state", "licence"),
                                name="hcp_licensure_once",
                                violation_error_message="This state and licence are disclosed already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("finding__in", ["meets", "does_not_meet", "undetermined"])
                                ),
                                name="hcp_licensure_finding_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Occupation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=10, unique=True, verbose_name="O*NET-SOC code"
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        (
                            "alternate_titles",
                            models.JSONField(
                                blank=True, default=list, verbose_name="alternate titles"
                            ),
                        ),
                        ("tasks", models.JSONField(blank=True, default=list, verbose_name="tasks")),
                        (
                            "skills",
                            models.JSONField(blank=True, default=list, verbose_name="skills"),
                        ),
                        (
                            "education",
                            models.JSONField(blank=True, default=list, verbose_name="education"),
                        ),
                        (
                            "job_zone",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="job zone"
                            ),
                        ),
                        ("wages", models.JSONField(blank=True, default=dict, verbose_name="wages")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "source_as_of",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="source's period"
                            ),
                        ),
                        (
                            "import_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                    ],
                    options={
                        "verbose_name": "occupation",
                        "verbose_name_plural": "occupations",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="CareerRole",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        (
                            "slug",
                            models.SlugField(max_length=120, unique=True, verbose_name="slug"),
                        ),
                        ("title", models.CharField(max_length=150, verbose_name="title")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        (
                            "duties",
                            models.JSONField(blank=True, default=list, verbose_name="duties"),
                        ),
                        (
                            "onet_codes",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text='Such as ["11-9111.00"].',
                                verbose_name="O*NET-SOC codes",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(default=True, verbose_name="offered in forms"),
                        ),
                    ],
                    options={
                        "verbose_name": "career role",
                        "verbose_name_plural": "career roles",
                        "ordering": ["title"],
                    },
                ),
                migrations.CreateModel(
                    name="RoleEvidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidence",
                                to="hcprograms.careerrole",
                            ),
                        ),
                        (
                            "track",
                            models.CharField(
                                choices=[
                                    ("management", "management"),
                                    ("administration", "administration"),
                                    ("medical_administration", "medical administration"),
                                ],
                                max_length=24,
                                verbose_name="track",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="role_evidence",
                                to="hcprograms.evidencesource",
                            ),
                        ),
                        (
                            "title_as_written",
                            models.CharField(
                                blank=True, max_length=150, verbose_name="title in the source"
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="role_evidence",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="Why the institution sees it so; shown on its pages beside the sources.",
                                max_length=300,
                                verbose_name="reason",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "evidence for a role",
                        "verbose_name_plural": "evidence for roles",
                        "ordering": ["role", "source"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("role", "source"), name="hcp_role_evidence_once"
                            ),
                            models.UniqueConstraint(
                                fields=("role", "institution"),
                                name="hcp_role_evidence_own_view_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("institution__isnull", True), ("source__isnull", False)
                                    ),
                                    models.Q(
                                        ("institution__isnull", False),
                                        ("source__isnull", True),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_role_evidence_has_origin",
                                violation_error_message="Name the source; or, for an institution's own view, the reason.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contradiction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "loaded_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="slug")),
                        ("topic", models.CharField(max_length=200, verbose_name="topic")),
                        (
                            "summary",
                            models.CharField(max_length=500, verbose_name="what the sources say"),
                        ),
                        (
                            "sources",
                            models.ManyToManyField(
                                related_name="contradictions", to="hcprograms.evidencesource"
                            ),
                        ),
                        (
                            "roles",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Roles contested together, although their titles may differ.",
                                related_name="contradictions",
                                to="hcprograms.careerrole",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contradiction",
                        "verbose_name_plural": "contradictions",
                        "ordering": ["topic"],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalRoleMapping",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        (
                            "basis",
                            models.CharField(
                                default="declared", max_length=10, verbose_name="basis"
                            ),
                        ),
                        (
                            "strength",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0.80"),
                                max_digits=3,
                                verbose_name="strength",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.careerrole",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical role mapping",
                        "verbose_name_plural": "historical role mappings",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="RoleMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="role_mappings",
                                to="hcprograms.program",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mappings",
                                to="hcprograms.careerrole",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[
                                    ("declared", "declared by the institution"),
                                    ("crosswalk", "from the CIP–SOC crosswalk"),
                                    ("inferred", "inferred"),
                                ],
                                default="declared",
                                max_length=10,
                                verbose_name="basis",
                            ),
                        ),
                        (
                            "strength",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0.80"),
                                help_text="0 hardly … 1 directly.",
                                max_digits=3,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("1")),
                                ],
                                verbose_name="strength",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        (
                            "import_digest",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                    ],
                    options={
                        "verbose_name": "role mapping",
                        "verbose_name_plural": "role mappings",
                        "ordering": ["program", "-strength", "role"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("program", "role", "basis"), name="hcp_role_mapping_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("strength__gte", 0), ("strength__lte", 1)),
                                name="hcp_role_mapping_strength_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SpreadsheetUpload",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("sheet", models.CharField(max_length=40, verbose_name="sheet")),
                        ("name", models.CharField(max_length=200, verbose_name="name of the file")),
                        ("content", models.BinaryField(verbose_name="content")),
                        ("created_at", models.DateTimeField(verbose_name="uploaded at")),
                    ],
                    options={
                        "verbose_name": "uploaded spreadsheet",
                        "verbose_name_plural": "uploaded spreadsheets",
                        "indexes": [models.Index(fields=["created_at"], name="hcp_upload_created")],
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="message_templates",
                                to="hcprograms.institution",
                                verbose_name="institution",
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
                    ],
                    options={
                        "verbose_name": "message template",
                        "verbose_name_plural": "message templates",
                        "ordering": ["institution", "kind", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "key"),
                                name="hcp_template_key_once",
                                violation_error_message="Another text has this key already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_standard", True)),
                                fields=("institution", "kind"),
                                name="hcp_template_one_standard",
                                violation_error_message="Another text is the standard for this already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_standard", True), ("kind", "own"), _negated=True
                                ),
                                name="hcp_template_own_is_no_standard",
                                violation_error_message="A text of your own has no built-in text to replace.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TemplateVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "subject",
                            models.CharField(blank=True, max_length=150, verbose_name="subject"),
                        ),
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
                    ],
                    options={
                        "verbose_name": "version of a text",
                        "verbose_name_plural": "versions of texts",
                        "ordering": ["template", "language", "-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("template", "language", "number"),
                                name="hcp_template_version_once",
                            ),
                            models.CheckConstraint(
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
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookEndpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="webhook_endpoints",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="For example: our CRM",
                                max_length=100,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "url",
                            models.URLField(
                                max_length=500,
                                validators=[hcprograms.followup.models.webhooks.validate_target],
                                verbose_name="address",
                            ),
                        ),
                        (
                            "events",
                            models.JSONField(
                                default=hcprograms.followup.models.webhooks.every_event,
                                verbose_name="events",
                            ),
                        ),
                        (
                            "secret",
                            models.CharField(
                                default=hcprograms.followup.models.webhooks.make_secret,
                                max_length=100,
                                verbose_name="signing secret",
                            ),
                        ),
                        (
                            "old_secret",
                            models.CharField(blank=True, editable=False, max_length=100),
                        ),
                        (
                            "secret_changed_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "paused_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="paused since"
                            ),
                        ),
                        (
                            "failures",
                            models.PositiveIntegerField(
                                default=0, editable=False, verbose_name="failures in a row"
                            ),
                        ),
                        (
                            "last_success_at",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                null=True,
                                verbose_name="last success at",
                            ),
                        ),
                        (
                            "last_failure_at",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                null=True,
                                verbose_name="last failure at",
                            ),
                        ),
                        (
                            "last_error",
                            models.CharField(
                                blank=True,
                                editable=False,
                                max_length=500,
                                verbose_name="last error",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "webhook endpoint",
                        "verbose_name_plural": "webhook endpoints",
                        "ordering": ["institution", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "url"),
                                name="hcp_webhook_url_once",
                                violation_error_message="This address is told already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("url__startswith", "https://")),
                                name="hcp_webhook_url_is_https",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_keys",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="For example: our website",
                                max_length=100,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "prefix",
                            models.CharField(
                                editable=False,
                                max_length=16,
                                unique=True,
                                verbose_name="begins with",
                            ),
                        ),
                        ("digest", models.CharField(editable=False, max_length=64)),
                        (
                            "may_capture",
                            models.BooleanField(
                                default=True,
                                help_text="Each becomes a lead.",
                                verbose_name="may send requests",
                            ),
                        ),
                        (
                            "may_read",
                            models.BooleanField(
                                default=False,
                                help_text="All leads of the institution, in full.",
                                verbose_name="may read leads",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="made by",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="made at"),
                        ),
                        (
                            "last_used_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="last used at"
                            ),
                        ),
                        (
                            "revoked_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="revoked at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API key",
                        "verbose_name_plural": "API keys",
                        "ordering": ["institution", "name", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("may_capture", True), ("may_read", True), _connector="OR"
                                ),
                                name="hcp_api_key_may_something",
                                violation_error_message="Tick what the key may do.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalInterestForm",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "history_institution",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("history_many", models.JSONField(default=dict)),
                        (
                            "kind",
                            models.CharField(
                                default="information", max_length=12, verbose_name="kind"
                            ),
                        ),
                        (
                            "slug",
                            models.SlugField(db_index=False, max_length=80, verbose_name="slug"),
                        ),
                        (
                            "status",
                            models.CharField(default="draft", max_length=10, verbose_name="status"),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1, editable=False, verbose_name="version"
                            ),
                        ),
                        ("title", models.CharField(max_length=150, verbose_name="title")),
                        ("intro", models.TextField(blank=True, verbose_name="introduction")),
                        (
                            "submit_label",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="text of the button"
                            ),
                        ),
                        ("small_print", models.TextField(blank=True, verbose_name="small print")),
                        ("thank_you", models.TextField(blank=True, verbose_name="thank-you text")),
                        (
                            "thank_you_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="thank-you address"
                            ),
                        ),
                        (
                            "apply_url",
                            models.URLField(
                                blank=True, max_length=500, verbose_name="your application"
                            ),
                        ),
                        (
                            "accent",
                            models.CharField(blank=True, max_length=7, verbose_name="colour"),
                        ),
                        (
                            "ask_phone",
                            models.CharField(
                                default="optional", max_length=8, verbose_name="phone"
                            ),
                        ),
                        (
                            "ask_state",
                            models.CharField(
                                default="optional", max_length=8, verbose_name="country and state"
                            ),
                        ),
                        (
                            "ask_education",
                            models.CharField(
                                default="optional", max_length=8, verbose_name="education"
                            ),
                        ),
                        (
                            "ask_military",
                            models.CharField(
                                default="optional",
                                max_length=8,
                                verbose_name="military affiliation",
                            ),
                        ),
                        (
                            "ask_start",
                            models.CharField(
                                default="optional", max_length=8, verbose_name="wished start"
                            ),
                        ),
                        (
                            "ask_best_time",
                            models.CharField(
                                default="optional", max_length=8, verbose_name="best time to call"
                            ),
                        ),
                        (
                            "allowed_hosts",
                            models.JSONField(
                                blank=True, default=list, verbose_name="sites that may embed it"
                            ),
                        ),
                        (
                            "opens_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="opens at"),
                        ),
                        (
                            "closes_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="closes at"),
                        ),
                        (
                            "history_change_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "history_id",
                            models.BigAutoField(editable=False, primary_key=True, serialize=False),
                        ),
                        ("history_date", models.DateTimeField()),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                        (
                            "history_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical interest form",
                        "verbose_name_plural": "historical interest forms",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                ),
                migrations.CreateModel(
                    name="InterestForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="interest_forms",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("information", "request information"),
                                    ("match", "match me with programs"),
                                    ("tuition", "estimate tuition"),
                                    ("appointment", "book an appointment"),
                                    ("apply", "apply"),
                                    ("callback", "call me back"),
                                    ("training", "training for an organisation"),
                                ],
                                default="information",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, verbose_name="slug")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1, editable=False, verbose_name="version"
                            ),
                        ),
                        ("title", models.CharField(max_length=150, verbose_name="title")),
                        ("intro", models.TextField(blank=True, verbose_name="introduction")),
                        (
                            "submit_label",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="text of the button"
                            ),
                        ),
                        (
                            "small_print",
                            models.TextField(
                                blank=True,
                                help_text="Below the button: what is not promised, and what the law asks you to say.",
                                verbose_name="small print",
                            ),
                        ),
                        ("thank_you", models.TextField(blank=True, verbose_name="thank-you text")),
                        (
                            "thank_you_url",
                            models.URLField(
                                blank=True,
                                help_text="A page of your own to go on to, instead of the thank-you page here.",
                                max_length=500,
                                validators=[django.core.validators.URLValidator(["https"])],
                                verbose_name="thank-you address",
                            ),
                        ),
                        (
                            "apply_url",
                            models.URLField(
                                blank=True,
                                help_text="For the kind “apply”: where applications are made. The page leads there, and counts.",
                                max_length=500,
                                validators=[django.core.validators.URLValidator(["https"])],
                                verbose_name="your application",
                            ),
                        ),
                        (
                            "accent",
                            models.CharField(
                                blank=True,
                                help_text="Of buttons and links, such as #0c5a63: dark enough for white text on it.",
                                max_length=7,
                                validators=[hcprograms.leads.models.forms.validate_accent],
                                verbose_name="colour",
                            ),
                        ),
                        (
                            "ask_phone",
                            models.CharField(
                                choices=[
                                    ("hidden", "not asked"),
                                    ("optional", "asked"),
                                    ("required", "required"),
                                ],
                                default="optional",
                                max_length=8,
                                verbose_name="phone",
                            ),
                        ),
                        (
                            "ask_state",
                            models.CharField(
                                choices=[
                                    ("hidden", "not asked"),
                                    ("optional", "asked"),
                                    ("required", "required"),
                                ],
                                default="optional",
                                max_length=8,
                                verbose_name="country and state",
                            ),
                        ),
                        (
                            "ask_education",
                            models.CharField(
                                choices=[
                                    ("hidden", "not asked"),
                                    ("optional", "asked"),
                                    ("required", "required"),
                                ],
                                default="optional",
                                max_length=8,
                                verbose_name="education",
                            ),
                        ),
                        (
                            "ask_military",
                            models.CharField(
                                choices=[
                                    ("hidden", "not asked"),
                                    ("optional", "asked"),
                                    ("required", "required"),
                                ],
                                default="optional",
                                max_length=8,
                                verbose_name="military affiliation",
                            ),
                        ),
                        (
                            "ask_start",
                            models.CharField(
                                choices=[
                                    ("hidden", "not asked"),
                                    ("optional", "asked"),
                                    ("required", "required"),
                                ],
                                default="optional",
                                max_length=8,
                                verbose_name="wished start",
                            ),
                        ),
                        (
                            "ask_best_time",
                            models.CharField(
                                choices=[
                                    ("hidden", "not asked"),
                                    ("optional", "asked"),
                                    ("required", "required"),
                                ],
                                default="optional",
                                max_length=8,
                                verbose_name="best time to call",
                            ),
                        ),
                        (
                            "allowed_hosts",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Host names as in the address of the page, such as www.school.example, one per line. A port belongs to it if the address has one; * stands for any name before a dot.",
                                validators=[hcprograms.leads.models.forms.validate_hosts],
                                verbose_name="sites that may embed it",
                            ),
                        ),
                        (
                            "opens_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="opens at"),
                        ),
                        (
                            "closes_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="closes at"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "interest form",
                        "verbose_name_plural": "interest forms",
                        "ordering": ["institution", "title"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "slug"), name="hcp_interest_form_slug_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opens_at__isnull", True),
                                    ("closes_at__isnull", True),
                                    ("closes_at__gt", models.F("opens_at")),
                                    _connector="OR",
                                ),
                                name="hcp_interest_form_times_in_order",
                                violation_error_message="It closes before it opens.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "apply"), _negated=True),
                                    models.Q(("apply_url", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="hcp_interest_form_apply_has_address",
                                violation_error_message="Give the address of your application.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("submission_id", models.UUIDField(editable=False, unique=True)),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="leads",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="leads",
                                to="hcprograms.interestform",
                            ),
                        ),
                        (
                            "form_version",
                            models.PositiveIntegerField(
                                default=1, verbose_name="version of the form"
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
                                ],
                                default="new",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "stage",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                editable=False,
                                verbose_name="furthest stage",
                            ),
                        ),
                        (
                            "close_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="reason for closing"
                            ),
                        ),
                        ("name", models.CharField(max_length=300, verbose_name="name")),
                        ("name_key", models.CharField(blank=True, editable=False, max_length=300)),
                        ("email", models.EmailField(max_length=254, verbose_name="email")),
                        (
                            "bounced_address",
                            models.EmailField(
                                blank=True,
                                db_default="",
                                default="",
                                editable=False,
                                max_length=254,
                                verbose_name="address that takes no emails",
                            ),
                        ),
                        (
                            "bounced_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="found out at"
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=40, verbose_name="phone"),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                blank=True, max_length=2, verbose_name="country"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(blank=True, max_length=10, verbose_name="state"),
                        ),
                        (
                            "education",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("high_school", "high school"),
                                    ("some_college", "some college"),
                                    ("associate", "associate degree"),
                                    ("bachelor", "bachelor’s degree"),
                                    ("master", "master’s degree"),
                                    ("doctorate", "doctorate"),
                                ],
                                max_length=12,
                                verbose_name="education",
                            ),
                        ),
                        (
                            "military",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("none", "none"),
                                    ("active_duty", "active duty"),
                                    ("veteran", "veteran"),
                                    ("spouse", "spouse of military or veteran"),
                                    ("eligible", "otherwise eligible for military benefits"),
                                ],
                                max_length=12,
                                verbose_name="military",
                            ),
                        ),
                        (
                            "start_from",
                            models.CharField(blank=True, max_length=7, verbose_name="wished start"),
                        ),
                        (
                            "best_time",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("any", "any time"),
                                    ("morning", "morning (8 to 12)"),
                                    ("afternoon", "afternoon (12 to 5)"),
                                    ("evening", "evening (5 to 9)"),
                                ],
                                max_length=10,
                                verbose_name="best time to call",
                            ),
                        ),
                        ("message", models.TextField(blank=True, verbose_name="message")),
                        (
                            "organisation",
                            models.CharField(
                                blank=True,
                                help_text="That asks for training.",
                                max_length=200,
                                verbose_name="organisation",
                            ),
                        ),
                        (
                            "people",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="people to train"
                            ),
                        ),
                        (
                            "topics",
                            models.TextField(blank=True, verbose_name="topics of the training"),
                        ),
                        (
                            "extra",
                            models.JSONField(
                                blank=True,
                                default=list,
                                verbose_name="answers to the form's own questions",
                            ),
                        ),
                        (
                            "answers",
                            models.JSONField(blank=True, default=dict, verbose_name="answers"),
                        ),
                        (
                            "recommendation",
                            models.JSONField(
                                blank=True, default=dict, verbose_name="recommendation"
                            ),
                        ),
                        (
                            "attribution",
                            models.JSONField(blank=True, default=dict, verbose_name="attribution"),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True, editable=False, max_length=150, verbose_name="source"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(blank=True, max_length=10, verbose_name="language"),
                        ),
                        (
                            "assigned_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="hcprograms.membership",
                                verbose_name="assigned to",
                            ),
                        ),
                        (
                            "assignment_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="why assigned"
                            ),
                        ),
                        ("captured_at", models.DateTimeField(verbose_name="asked at")),
                        (
                            "answer_due_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="answer due at"
                            ),
                        ),
                        (
                            "first_answered_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="first answered at"
                            ),
                        ),
                        (
                            "first_answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="first answered by",
                            ),
                        ),
                        (
                            "answered_after_minutes",
                            models.PositiveIntegerField(
                                editable=False,
                                null=True,
                                verbose_name="business minutes until the first answer",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="merged",
                                to="hcprograms.lead",
                                verbose_name="merged into",
                            ),
                        ),
                        (
                            "erased_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="erased at"
                            ),
                        ),
                        (
                            "is_waiting",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Q(
                                    ("first_answered_at__isnull", True),
                                    ("merged_into__isnull", True),
                                    models.Q(
                                        ("status__in", ["closed", "quarantined", "spam"]),
                                        _negated=True,
                                    ),
                                ),
                                output_field=models.BooleanField(),
                            ),
                        ),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "lead",
                        "verbose_name_plural": "leads",
                        "ordering": ["-captured_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into__isnull", True),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="hcp_lead_not_merged_into_itself",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                fields=["institution", "status", "-captured_at"],
                                name="hcp_lead_inbox",
                            ),
                            models.Index(
                                fields=["institution", "-is_waiting", "-captured_at", "-id"],
                                name="hcp_lead_unanswered_first",
                            ),
                            models.Index(
                                condition=models.Q(("name_key", ""), _negated=True),
                                fields=["institution", "name_key"],
                                name="hcp_lead_name",
                            ),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="hcp_lead_merged",
                            ),
                            models.Index(
                                models.F("institution"),
                                django.db.models.functions.text.Upper("email"),
                                name="hcp_lead_email",
                            ),
                            models.Index(
                                fields=["institution", "-updated_at", "-id"],
                                name="hcp_lead_changed",
                            ),
                            models.Index(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=["institution", "phone"],
                                name="hcp_lead_phone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="choices",
                                to="hcprograms.lead",
                            ),
                        ),
                        (
                            "offering",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="hcprograms.offering",
                            ),
                        ),
                        ("title", models.CharField(max_length=400, verbose_name="program")),
                    ],
                    options={
                        "verbose_name": "program asked about",
                        "verbose_name_plural": "programs asked about",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="LeadEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="hcprograms.lead",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
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
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="text")),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "timeline",
                        "ordering": ["at", "pk"],
                        "indexes": [
                            models.Index(fields=["lead", "at"], name="hcp_lead_event_timeline")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaptureAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="capture_attempts",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="capture_attempts",
                                to="hcprograms.interestform",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="hcprograms.lead",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("captured", "captured"),
                                    ("repeated", "same submit again"),
                                    ("invalid", "refused: errors in the form"),
                                    ("stale", "refused: the form had expired"),
                                    ("quarantined", "held for review"),
                                    ("limited", "refused: too many"),
                                    ("asked", "asked for a proof of work"),
                                    ("left", "went on to the school’s application"),
                                ],
                                max_length=12,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "detail",
                            models.CharField(
                                blank=True,
                                help_text="Names of the fields with errors, or what raised suspicion.",
                                max_length=300,
                                verbose_name="detail",
                            ),
                        ),
                        (
                            "submitted",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Kept for refused submits only, so that none is ever silently gone.",
                                verbose_name="what was typed",
                            ),
                        ),
                        (
                            "ip_address",
                            models.GenericIPAddressField(
                                blank=True, null=True, verbose_name="IP address"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "capture attempt",
                        "verbose_name_plural": "capture log",
                        "ordering": ["-at"],
                        "indexes": [
                            models.Index(
                                fields=["institution", "-at"], name="hcp_capture_attempt_recent"
                            ),
                            models.Index(
                                fields=["ip_address", "-at"], name="hcp_capture_attempt_address"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AppointmentType",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointment_types",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As applicants read it: “A first talk”",
                                max_length=100,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                choices=[
                                    ("phone", "by phone"),
                                    ("video", "by video"),
                                    ("campus", "on campus"),
                                ],
                                default="phone",
                                max_length=6,
                                verbose_name="place",
                            ),
                        ),
                        (
                            "details",
                            models.CharField(
                                blank=True,
                                help_text="Address, room or link. By phone, the advisor calls the applicant.",
                                max_length=300,
                                verbose_name="details",
                            ),
                        ),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (15, 15),
                                    (20, 20),
                                    (30, 30),
                                    (45, 45),
                                    (60, 60),
                                    (90, 90),
                                ],
                                default=30,
                                verbose_name="length (minutes)",
                            ),
                        ),
                        (
                            "pause",
                            models.PositiveSmallIntegerField(
                                choices=[(0, 0), (5, 5), (10, 10), (15, 15), (30, 30)],
                                default=10,
                                verbose_name="pause afterwards (minutes)",
                            ),
                        ),
                        (
                            "step",
                            models.PositiveSmallIntegerField(
                                choices=[(15, 15), (20, 20), (30, 30), (60, 60)],
                                default=30,
                                verbose_name="starts every (minutes)",
                            ),
                        ),
                        (
                            "notice_hours",
                            models.PositiveSmallIntegerField(
                                default=4, verbose_name="at least … hours ahead"
                            ),
                        ),
                        (
                            "days_ahead",
                            models.PositiveSmallIntegerField(
                                default=28, verbose_name="at most … days ahead"
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(default=True, verbose_name="can be booked"),
                        ),
                    ],
                    options={
                        "verbose_name": "appointment type",
                        "verbose_name_plural": "appointment types",
                        "ordering": ["institution", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "name"),
                                name="hcp_appointment_type_once",
                                violation_error_message="There is one of this name already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("minutes__in", (15, 20, 30, 45, 60, 90)),
                                    ("pause__in", (0, 5, 10, 15, 30)),
                                    ("step__in", (15, 20, 30, 60)),
                                ),
                                name="hcp_appointment_type_on_grid",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("days_ahead__gte", 1), ("days_ahead__lte", 180)
                                ),
                                name="hcp_appointment_type_days_ahead",
                                violation_error_message="Give from 1 to 180 days.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Appointment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to="hcprograms.lead",
                            ),
                        ),
                        (
                            "membership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to="hcprograms.membership",
                                verbose_name="advisor",
                            ),
                        ),
                        (
                            "type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="appointments",
                                to="hcprograms.appointmenttype",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="starts at")),
                        ("ends_at", models.DateTimeField(verbose_name="ends at")),
                        (
                            "time_zone",
                            models.CharField(
                                max_length=60,
                                validators=[hcprograms.institutions.models.validate_time_zone],
                                verbose_name="time zone of the applicant",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("booked", "booked"),
                                    ("cancelled", "cancelled"),
                                    ("held", "took place"),
                                    ("missed", "nobody came"),
                                ],
                                default="booked",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "sequence",
                            models.PositiveSmallIntegerField(default=0, verbose_name="changes"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "appointment",
                        "verbose_name_plural": "appointments",
                        "ordering": ["-starts_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="hcp_appointment_times_in_order",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "booked")),
                                fields=("lead",),
                                name="hcp_appointment_one_booked",
                                violation_error_message="This person has an appointment already.",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["institution", "-starts_at"], name="hcp_appointment_recent"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookedTime",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "appointment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="booked_times",
                                to="hcprograms.appointment",
                            ),
                        ),
                        (
                            "membership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="booked_times",
                                to="hcprograms.membership",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="from")),
                    ],
                    options={
                        "verbose_name": "booked time",
                        "verbose_name_plural": "booked times",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("membership", "at"), name="hcp_booked_time_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consent_texts",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "email"),
                                    ("call", "phone call"),
                                    ("text", "text message"),
                                ],
                                max_length=5,
                                verbose_name="channel",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "is_current",
                            models.BooleanField(default=True, verbose_name="shown in forms"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "consent text",
                        "verbose_name_plural": "consent texts",
                        "ordering": ["institution", "channel", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "channel", "version"),
                                name="hcp_consent_text_version_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True)),
                                fields=("institution", "channel"),
                                name="hcp_consent_text_one_current",
                                violation_error_message="This channel has a current text already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="hcprograms.lead",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "email"),
                                    ("call", "phone call"),
                                    ("text", "text message"),
                                ],
                                max_length=5,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("granted", "granted"),
                                    ("not_granted", "box left empty"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                max_length=11,
                                verbose_name="decision",
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("form", "form"),
                                    ("link", "link in an email"),
                                    ("reply", "reply by email"),
                                    ("staff", "told to staff"),
                                    ("page", "page of choices"),
                                    ("spam", "reported as spam"),
                                ],
                                default="form",
                                max_length=5,
                                verbose_name="method",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="decided at")),
                        ("text", models.TextField(blank=True, verbose_name="exact text shown")),
                        (
                            "text_version",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="version of the text"
                            ),
                        ),
                        (
                            "text_sha256",
                            models.CharField(
                                blank=True, max_length=64, verbose_name="SHA-256 of the text"
                            ),
                        ),
                        ("seller", models.CharField(max_length=200, verbose_name="given to")),
                        (
                            "contact_point",
                            models.CharField(
                                blank=True, max_length=320, verbose_name="contact point"
                            ),
                        ),
                        (
                            "form_version",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="version of the form"
                            ),
                        ),
                        (
                            "page_url",
                            models.CharField(blank=True, max_length=500, verbose_name="page"),
                        ),
                        (
                            "ip_address",
                            models.GenericIPAddressField(
                                blank=True, null=True, verbose_name="IP address"
                            ),
                        ),
                        (
                            "user_agent",
                            models.CharField(blank=True, max_length=300, verbose_name="browser"),
                        ),
                    ],
                    options={
                        "verbose_name": "consent",
                        "verbose_name_plural": "consents",
                        "ordering": ["decided_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="suppressions",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "email"),
                                    ("call", "phone call"),
                                    ("text", "text message"),
                                ],
                                max_length=5,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "address_hash",
                            models.CharField(max_length=64, verbose_name="hash of the address"),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=40, verbose_name="reason"),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="last asked for at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "suppressed address",
                        "verbose_name_plural": "suppressed addresses",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "channel", "address_hash"),
                                name="hcp_suppression_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=110, verbose_name="name")),
                        ("kind", models.CharField(max_length=10, verbose_name="kind")),
                        ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("stored_as", models.CharField(max_length=200, unique=True)),
                        ("uploaded_at", models.DateTimeField(verbose_name="uploaded at")),
                        ("keep_until", models.DateTimeField(verbose_name="kept until")),
                    ],
                    options={
                        "verbose_name": "uploaded file",
                        "verbose_name_plural": "uploaded files",
                        "indexes": [
                            models.Index(fields=["keep_until"], name="hcp_upload_keep_until")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
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
                        ("key", models.SlugField(verbose_name="key")),
                        ("question", models.CharField(max_length=200, verbose_name="question")),
                    ],
                    options={
                        "verbose_name": "file",
                        "verbose_name_plural": "files",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="LeadMerge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lead_merges",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="merges",
                                to="hcprograms.lead",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="hcprograms.lead",
                            ),
                        ),
                        ("changes", models.JSONField(default=dict)),
                        ("stopped", models.JSONField(default=list)),
                        ("at", models.DateTimeField(verbose_name="merged at")),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("undone_at", models.DateTimeField(null=True, verbose_name="undone at")),
                    ],
                    options={
                        "verbose_name": "merge",
                        "verbose_name_plural": "merges",
                        "ordering": ["at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("undone_at__isnull", True)),
                                fields=("other",),
                                name="hcp_lead_merge_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kept", models.F("other")), _negated=True),
                                name="hcp_lead_merge_of_two",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SpentProof",
                    fields=[
                        (
                            "digest",
                            models.CharField(max_length=128, primary_key=True, serialize=False),
                        ),
                        ("submission_id", models.UUIDField()),
                        ("spent_at", models.DateTimeField(verbose_name="spent at")),
                    ],
                    options={
                        "verbose_name": "spent proof of work",
                        "verbose_name_plural": "spent proofs of work",
                        "indexes": [models.Index(fields=["spent_at"], name="hcp_spent_proof_old")],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="hcprograms.interestform",
                            ),
                        ),
                        (
                            "key",
                            models.SlugField(
                                help_text="Answers are kept under it. It never changes.",
                                verbose_name="key",
                            ),
                        ),
                        ("label", models.CharField(max_length=200, verbose_name="question")),
                        (
                            "help_text",
                            models.CharField(blank=True, max_length=300, verbose_name="help"),
                        ),
                        (
                            "kind",
                            models.CharField(
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
                        (
                            "options",
                            models.TextField(
                                blank=True,
                                help_text="One per line, where there is something to choose.",
                                verbose_name="choices",
                            ),
                        ),
                        (
                            "is_required",
                            models.BooleanField(default=False, verbose_name="required"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        (
                            "file_types",
                            models.JSONField(
                                blank=True,
                                default=hcprograms.leads.models.questions.list_usual_kinds,
                                help_text="For a file: what may be sent. What is in it is checked, not only its name.",
                                validators=[hcprograms.leads.models.questions.validate_file_types],
                                verbose_name="kinds of files",
                            ),
                        ),
                        (
                            "max_megabytes",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="For a file: how large it may be, 1 to 25.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(25),
                                ],
                                verbose_name="MB at most",
                            ),
                        ),
                        (
                            "show_when_key",
                            models.SlugField(
                                blank=True,
                                help_text="The key of an earlier question. Empty: always asked.",
                                verbose_name="only if question",
                            ),
                        ),
                        (
                            "show_when_answer",
                            models.CharField(
                                blank=True,
                                help_text="One of its choices; “yes” or “no” for a question of that kind.",
                                max_length=150,
                                verbose_name="was answered",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question",
                        "verbose_name_plural": "questions",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("form", "key"),
                                name="hcp_question_key_once",
                                violation_error_message="This form has a question with this key already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("show_when_answer", ""), ("show_when_key", "")),
                                    models.Q(
                                        models.Q(("show_when_key", ""), _negated=True),
                                        models.Q(("show_when_answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_question_condition_whole",
                                violation_error_message="Give both the key and the answer, or neither.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("max_megabytes__range", (1, 25))),
                                name="hcp_question_file_size",
                                violation_error_message="A file may have 1 to 25 MB.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RetentionRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="retention_runs",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("at", models.DateTimeField(verbose_name="last run at")),
                        ("erased", models.JSONField(default=dict, verbose_name="erased")),
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
                migrations.CreateModel(
                    name="RoutingRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routing_rules",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=10,
                                help_text="Lower numbers are tried first.",
                                verbose_name="position",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "levels",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="levels",
                            ),
                        ),
                        (
                            "states",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="states",
                            ),
                        ),
                        (
                            "countries",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="countries",
                            ),
                        ),
                        (
                            "kinds",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="kinds of form",
                            ),
                        ),
                        (
                            "military",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="military affiliation",
                            ),
                        ),
                        (
                            "languages",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="languages",
                            ),
                        ),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("in_turn", "in turn"),
                                    ("least_busy", "who has the fewest unanswered leads"),
                                ],
                                default="in_turn",
                                max_length=10,
                                verbose_name="who of them",
                            ),
                        ),
                        (
                            "programs",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="hcprograms.program",
                                verbose_name="programs",
                            ),
                        ),
                        (
                            "advisors",
                            models.ManyToManyField(
                                blank=True,
                                help_text="None chosen: everybody who is told of new leads.",
                                related_name="routing_rules",
                                to="hcprograms.membership",
                                verbose_name="advisors",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "routing rule",
                        "verbose_name_plural": "routing rules",
                        "ordering": ["institution", "position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "name"),
                                name="hcp_routing_rule_name_once",
                                violation_error_message="There is a rule of this name already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="hcprograms.interestform",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=150, verbose_name="source"),
                        ),
                        ("views", models.PositiveIntegerField(default=0, verbose_name="seen")),
                        ("starts", models.PositiveIntegerField(default=0, verbose_name="begun")),
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
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="hcprograms.lead",
                            ),
                        ),
                        (
                            "day",
                            models.DateField(
                                blank=True,
                                help_text="Of a message that is about no single lead.",
                                null=True,
                                verbose_name="day",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("confirmation", "confirmation to the applicant"),
                                    ("alert", "alert to the advisor"),
                                    ("reminder", "reminder to the advisor"),
                                    ("escalation", "escalation to the manager"),
                                    ("appointment", "news of an appointment"),
                                    ("appt_remind", "reminder of an appointment"),
                                    ("webhook", "event for another system"),
                                    ("message", "message by staff to the applicant"),
                                    ("digest", "digest of open leads"),
                                    ("stuck", "alert that messages are stuck"),
                                    ("received", "message from the applicant"),
                                    ("undelivered", "an address takes no emails"),
                                    ("news", "further message to the applicant"),
                                ],
                                max_length=12,
                                verbose_name="purpose",
                            ),
                        ),
                        ("step", models.PositiveSmallIntegerField(default=0, verbose_name="step")),
                        (
                            "recipient",
                            models.CharField(
                                choices=[
                                    ("applicant", "applicant"),
                                    ("advisor", "advisor"),
                                    ("manager", "manager"),
                                    ("system", "other system"),
                                ],
                                max_length=9,
                                verbose_name="to",
                            ),
                        ),
                        (
                            "membership",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="follow_ups",
                                to="hcprograms.membership",
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="hcprograms.webhookendpoint",
                                verbose_name="webhook endpoint",
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("lead.created", "a lead was captured"),
                                    ("lead.updated", "a lead changed"),
                                    ("lead.answered", "a lead was answered for the first time"),
                                    ("lead.erased", "a person was erased"),
                                    ("appointment.booked", "an appointment was booked"),
                                    ("appointment.moved", "an appointment was moved"),
                                    ("appointment.cancelled", "an appointment was cancelled"),
                                    ("appointment.missed", "nobody came to an appointment"),
                                    ("consent.withdrawn", "a consent was withdrawn"),
                                    ("sequence.step", "a step of a sequence is due"),
                                ],
                                db_default="",
                                max_length=25,
                                verbose_name="event",
                            ),
                        ),
                        (
                            "details",
                            models.JSONField(
                                blank=True, null=True, verbose_name="details of the event"
                            ),
                        ),
                        (
                            "appointment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="hcprograms.appointment",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                default="email", max_length=40, verbose_name="channel"
                            ),
                        ),
                        ("address", models.CharField(max_length=320, verbose_name="address")),
                        (
                            "subject",
                            models.CharField(
                                blank=True, db_default="", max_length=150, verbose_name="subject"
                            ),
                        ),
                        (
                            "text",
                            models.TextField(
                                blank=True,
                                db_default="",
                                help_text="Of a message written by staff.",
                                verbose_name="text",
                            ),
                        ),
                        (
                            "template",
                            models.CharField(
                                blank=True,
                                db_default="",
                                help_text="Key of the text to use. Empty: the standard text for such messages.",
                                max_length=60,
                                verbose_name="template",
                            ),
                        ),
                        (
                            "template_version",
                            models.ForeignKey(
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
                        (
                            "conditions",
                            models.JSONField(
                                blank=True,
                                help_text="What must hold when it is sent, as it was when it was planned.",
                                null=True,
                                verbose_name="conditions",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "planned"),
                                    ("sending", "being sent"),
                                    ("sent", "sent"),
                                    ("failed", "failed"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="planned",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "is_open",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Q(("state__in", ["planned", "sending"])),
                                output_field=models.BooleanField(),
                            ),
                        ),
                        ("claim_token", models.UUIDField(blank=True, editable=False, null=True)),
                        ("claimed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "attempts",
                            models.PositiveIntegerField(default=0, verbose_name="attempts"),
                        ),
                        (
                            "ambiguous_attempts",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="The server may have taken the message before the line dropped.",
                                verbose_name="attempts with unknown outcome",
                            ),
                        ),
                        (
                            "first_attempt_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="first attempt at"
                            ),
                        ),
                        (
                            "last_error",
                            models.CharField(blank=True, max_length=500, verbose_name="last error"),
                        ),
                        (
                            "message_id",
                            models.CharField(blank=True, max_length=200, verbose_name="Message-ID"),
                        ),
                        (
                            "sent_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "ordering": ["-due_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("endpoint__isnull", True)),
                                fields=("lead", "purpose", "step", "address"),
                                name="hcp_follow_up_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("lead__isnull", True)),
                                fields=("institution", "purpose", "day", "step", "address"),
                                name="hcp_follow_up_once_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("day__isnull", True),
                                        ("lead__isnull", False),
                                        models.Q(
                                            ("purpose__in", ("digest", "stuck")), _negated=True
                                        ),
                                    ),
                                    models.Q(
                                        ("day__isnull", False),
                                        ("lead__isnull", True),
                                        ("purpose__in", ("digest", "stuck")),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_follow_up_has_lead_or_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("endpoint__isnull", True), ("event", "")),
                                    models.Q(
                                        ("endpoint__isnull", False),
                                        ("purpose", "webhook"),
                                        models.Q(("event", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_follow_up_event_has_endpoint",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    ("sent_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="hcp_follow_up_sent_has_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sending"), _negated=True),
                                    models.Q(
                                        ("claim_token__isnull", False),
                                        ("claimed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_follow_up_sending_is_claimed",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_open", True)),
                                fields=["due_at", "id"],
                                name="hcp_follow_up_due",
                            ),
                            models.Index(
                                condition=models.Q(("state", "failed")),
                                fields=["institution", "due_at"],
                                name="hcp_follow_up_failed",
                            ),
                            models.Index(
                                condition=models.Q(("sent_at__isnull", False)),
                                fields=["sent_at"],
                                name="hcp_follow_up_sent",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "name",
                            models.CharField(max_length=20, unique=True, verbose_name="process"),
                        ),
                        ("at", models.DateTimeField(verbose_name="last sweep at")),
                    ],
                    options={
                        "verbose_name": "heartbeat",
                        "verbose_name_plural": "heartbeats",
                    },
                ),
                migrations.CreateModel(
                    name="ReceivedMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="received_mail",
                                to="hcprograms.institution",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                max_length=64, unique=True, verbose_name="hash of its id"
                            ),
                        ),
                        ("source", models.CharField(max_length=40, verbose_name="came by")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("withdrawn", "ended messages"),
                                    ("passed_on", "passed on to staff"),
                                    ("bounced", "an address takes no emails"),
                                    ("returned", "one email came back"),
                                    ("automatic", "automatic answer, left alone"),
                                    ("unknown", "nobody we know"),
                                ],
                                max_length=9,
                                verbose_name="what was done",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "received email",
                        "verbose_name_plural": "received emails",
                        "ordering": ["-at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Sequence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "institution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sequences",
                                to="hcprograms.institution",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        (
                            "kinds",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="None chosen: every kind that no other sequence is for.",
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="kinds of form",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Otherwise a draft: no lead is planned by it.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "latest_number",
                            models.PositiveSmallIntegerField(default=100, editable=False),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "updated_at",
                            models.DateTimeField(auto_now=True, verbose_name="changed at"),
                        ),
                    ],
                    options={
                        "verbose_name": "sequence",
                        "verbose_name_plural": "sequences",
                        "ordering": ["institution", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("institution", "name"),
                                name="hcp_sequence_name_once",
                                violation_error_message="There is a sequence of this name already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SequenceStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "sequence",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="hcprograms.sequence",
                            ),
                        ),
                        (
                            "number",
                            models.PositiveSmallIntegerField(editable=False, verbose_name="number"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Lower numbers stand first here.",
                                verbose_name="order",
                            ),
                        ),
                        (
                            "says",
                            models.CharField(
                                choices=[
                                    ("confirmation", "confirmation: we have your request"),
                                    ("news", "further message, to who agreed to emails"),
                                    ("alert", "alert: somebody has asked"),
                                    ("reminder", "reminder, while nobody has answered"),
                                    ("escalation", "escalation, while nobody has answered"),
                                    ("event", "event for other systems"),
                                ],
                                max_length=12,
                                verbose_name="what",
                            ),
                        ),
                        (
                            "to",
                            models.CharField(
                                choices=[
                                    ("applicant", "the applicant"),
                                    ("advisor", "the advisor who has the lead"),
                                    ("other", "another advisor"),
                                    ("all", "all advisors"),
                                    ("manager", "the manager"),
                                    ("system", "other systems"),
                                ],
                                max_length=9,
                                verbose_name="to",
                            ),
                        ),
                        (
                            "amount",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Counted from the request. 0 minutes: at once; 0 business minutes: as soon as the office is open.",
                                validators=[django.core.validators.MaxValueValidator(14400)],
                                verbose_name="after",
                            ),
                        ),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("minutes", "minutes"),
                                    ("business", "business minutes"),
                                    ("days", "days, at …"),
                                ],
                                default="minutes",
                                max_length=8,
                                verbose_name="counted in",
                            ),
                        ),
                        (
                            "at",
                            models.TimeField(
                                blank=True,
                                help_text="For days: the time, where the school is.",
                                null=True,
                                verbose_name="at",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(default="email", max_length=40, verbose_name="by"),
                        ),
                        (
                            "template",
                            models.CharField(
                                blank=True,
                                help_text="Empty: the standard text.",
                                max_length=60,
                                verbose_name="text",
                            ),
                        ),
                        (
                            "answered",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "answered or not"),
                                    ("no", "only while nobody has answered"),
                                    ("yes", "only once somebody has answered"),
                                ],
                                default="",
                                max_length=3,
                                verbose_name="when answered",
                            ),
                        ),
                        (
                            "consent",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("email", "email"),
                                    ("call", "phone call"),
                                    ("text", "text message"),
                                ],
                                max_length=5,
                                verbose_name="only with consent to",
                            ),
                        ),
                        (
                            "statuses",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[hcprograms.leads.models.routing.validate_words],
                                verbose_name="only while the status is",
                            ),
                        ),
                        (
                            "programs",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="hcprograms.program",
                                verbose_name="only if asked about one of",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step",
                        "verbose_name_plural": "steps",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sequence", "number"), name="hcp_sequence_step_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount__gte", 1),
                                        ("amount__lte", 365),
                                        ("at__isnull", False),
                                        ("unit", "days"),
                                    ),
                                    models.Q(
                                        models.Q(("unit", "days"), _negated=True),
                                        ("at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_sequence_step_days_have_time",
                                violation_error_message="Days are from 1 to 365 and need a time; minutes have none.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__lte", 14400)),
                                name="hcp_sequence_step_delay",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("channel", "webhook"), ("says", "event"), ("to", "system")
                                    ),
                                    models.Q(
                                        models.Q(("to", "system"), _negated=True),
                                        models.Q(("channel", "webhook"), _negated=True),
                                        models.Q(("says", "event"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_sequence_step_event",
                                violation_error_message="An event goes to other systems by webhook, and nothing else does.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("says__in", ["confirmation", "news"]), ("to", "applicant")
                                    ),
                                    models.Q(
                                        models.Q(("to", "applicant"), _negated=True),
                                        models.Q(
                                            ("says__in", ["confirmation", "news"]), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="hcp_sequence_step_applicant",
                                violation_error_message="The applicant gets a confirmation or a further message, staff the others.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "membership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="working_hours",
                                to="hcprograms.membership",
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="weekday",
                            ),
                        ),
                        ("opens", models.TimeField(verbose_name="from")),
                        ("closes", models.TimeField(verbose_name="until")),
                    ],
                    options={
                        "verbose_name": "working hours",
                        "verbose_name_plural": "working hours",
                        "ordering": ["weekday", "opens"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("membership", "weekday", "opens"),
                                name="hcp_working_hours_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__lte", 6)),
                                name="hcp_working_hours_weekday_exists",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "membership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="absences",
                                to="hcprograms.membership",
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="first day")),
                        ("last_day", models.DateField(verbose_name="last day")),
                    ],
                    options={
                        "verbose_name": "absence",
                        "verbose_name_plural": "absences",
                        "ordering": ["first_day"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="hcp_absence_days_in_order",
                                violation_error_message="The last day comes before the first.",
                            )
                        ],
                    },
                ),
            ],
        ),
        *map(guards, GUARDED_BY),
    ]
