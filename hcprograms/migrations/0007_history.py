"""Who changed what, and when: a table of history beside each table that staff and importers write."""

from decimal import Decimal

import django.db.models.deletion
import django_countries.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0006_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalAccreditationRecord",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
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
                    models.DateField(blank=True, null=True, verbose_name="last verified on"),
                ),
                ("is_historical", models.BooleanField(default=False, verbose_name="history only")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="reason for the correction"
                    ),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                    "history_institution",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hcprograms.institution",
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
            ],
            options={
                "verbose_name": "historical accreditation record",
                "verbose_name_plural": "historical accreditation records",
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
                ("history_many", models.JSONField(default=dict)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.SlugField(db_index=False, max_length=120, verbose_name="slug")),
                ("is_main", models.BooleanField(default=False, verbose_name="main campus")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=10, verbose_name="state")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        default="US", max_length=2, verbose_name="country"
                    ),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            ],
            options={
                "verbose_name": "historical campus",
                "verbose_name_plural": "historical campuses",
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
                ("history_many", models.JSONField(default=dict)),
                ("code", models.SlugField(db_index=False, max_length=40, verbose_name="code")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("places", models.JSONField(verbose_name="shown with")),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                ("status", models.CharField(default="draft", max_length=9, verbose_name="status")),
                ("valid_from", models.DateField(verbose_name="in force from")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="in force until"),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            ],
            options={
                "verbose_name": "historical disclosure",
                "verbose_name_plural": "historical disclosures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
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
                ("history_many", models.JSONField(default=dict)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.SlugField(db_index=False, max_length=120, verbose_name="slug")),
                (
                    "legal_name",
                    models.CharField(blank=True, max_length=200, verbose_name="legal name"),
                ),
                ("is_published", models.BooleanField(default=True, verbose_name="published")),
                ("is_fictional", models.BooleanField(default=False, verbose_name="fictional")),
                ("website", models.URLField(blank=True, max_length=500, verbose_name="website")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        default="US", max_length=2, verbose_name="country"
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=10, verbose_name="state")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                ("postal_address", models.TextField(blank=True, verbose_name="postal address")),
                (
                    "time_zone",
                    models.CharField(
                        default="America/New_York", max_length=60, verbose_name="time zone"
                    ),
                ),
                (
                    "privacy_url",
                    models.URLField(blank=True, max_length=500, verbose_name="privacy policy"),
                ),
                (
                    "terms_url",
                    models.URLField(blank=True, max_length=500, verbose_name="terms of use"),
                ),
                (
                    "accreditation_limit_days",
                    models.PositiveSmallIntegerField(
                        default=365, verbose_name="days an accreditation check stays fresh"
                    ),
                ),
                (
                    "unitid",
                    models.CharField(blank=True, max_length=6, null=True, verbose_name="UNITID"),
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
                        blank=True, default=list, verbose_name="institution-wide published tuition"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "source_as_of",
                    models.CharField(blank=True, max_length=40, verbose_name="source's period"),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
            name="HistoricalIntake",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("history_many", models.JSONField(default=dict)),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("apply_by", models.DateField(blank=True, null=True, verbose_name="apply by")),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "historical intake",
                "verbose_name_plural": "historical intakes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
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
                ("history_many", models.JSONField(default=dict)),
                (
                    "kind",
                    models.CharField(default="information", max_length=12, verbose_name="kind"),
                ),
                ("slug", models.SlugField(db_index=False, max_length=80, verbose_name="slug")),
                ("status", models.CharField(default="draft", max_length=10, verbose_name="status")),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                ("title", models.CharField(max_length=150, verbose_name="title")),
                ("intro", models.TextField(blank=True, verbose_name="introduction")),
                (
                    "submit_label",
                    models.CharField(blank=True, max_length=60, verbose_name="text of the button"),
                ),
                ("thank_you", models.TextField(blank=True, verbose_name="thank-you text")),
                (
                    "ask_phone",
                    models.CharField(default="optional", max_length=8, verbose_name="phone"),
                ),
                (
                    "ask_state",
                    models.CharField(
                        default="optional", max_length=8, verbose_name="country and state"
                    ),
                ),
                (
                    "ask_education",
                    models.CharField(default="optional", max_length=8, verbose_name="education"),
                ),
                (
                    "ask_military",
                    models.CharField(
                        default="optional", max_length=8, verbose_name="military affiliation"
                    ),
                ),
                (
                    "ask_start",
                    models.CharField(default="optional", max_length=8, verbose_name="wished start"),
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
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens at")),
                (
                    "closes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="closes at"),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            ],
            options={
                "verbose_name": "historical interest form",
                "verbose_name_plural": "historical interest forms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
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
                ("history_many", models.JSONField(default=dict)),
                ("state", models.CharField(max_length=2, verbose_name="state")),
                ("finding", models.CharField(max_length=14, verbose_name="finding")),
                ("licence", models.CharField(max_length=150, verbose_name="licence")),
                ("source_url", models.URLField(blank=True, max_length=500, verbose_name="source")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "historical licensure disclosure",
                "verbose_name_plural": "historical licensure disclosures",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
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
                ("history_many", models.JSONField(default=dict)),
                ("delivery", models.CharField(blank=True, max_length=8, verbose_name="delivery")),
                (
                    "status",
                    models.CharField(default="published", max_length=10, verbose_name="status"),
                ),
                (
                    "duration_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months"),
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
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="terms"),
                ),
                (
                    "currency",
                    models.CharField(default="USD", max_length=3, verbose_name="currency"),
                ),
                (
                    "price_basis",
                    models.CharField(blank=True, default="", max_length=8, verbose_name="price is"),
                ),
                (
                    "price",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="price"
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
                        blank=True, max_length=500, verbose_name="where the price is published"
                    ),
                ),
                (
                    "price_as_of",
                    models.DateField(blank=True, null=True, verbose_name="price as of"),
                ),
                (
                    "state_rule",
                    models.CharField(
                        blank=True, default="", max_length=8, verbose_name="open to residents of"
                    ),
                ),
                ("states", models.JSONField(blank=True, default=list, verbose_name="states")),
                (
                    "open_to_international",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="open to people abroad"
                    ),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                    "history_institution",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hcprograms.institution",
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
            ],
            options={
                "verbose_name": "historical offering",
                "verbose_name_plural": "historical offerings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
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
                    models.TextField(blank=True, max_length=4000, verbose_name="prerequisites"),
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
                    models.TextField(blank=True, max_length=4000, verbose_name="help with paying"),
                ),
                (
                    "military_benefits",
                    models.TextField(blank=True, max_length=4000, verbose_name="for the military"),
                ),
                (
                    "details_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="where these facts are published"
                    ),
                ),
                (
                    "details_as_of",
                    models.DateField(blank=True, null=True, verbose_name="facts as of"),
                ),
                ("history_many", models.JSONField(default=dict)),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("slug", models.SlugField(db_index=False, max_length=150, verbose_name="slug")),
                ("award", models.CharField(blank=True, max_length=40, verbose_name="award")),
                (
                    "concentration",
                    models.CharField(blank=True, max_length=150, verbose_name="concentration"),
                ),
                ("level", models.CharField(max_length=20, verbose_name="level")),
                ("cip_code", models.CharField(blank=True, max_length=7, verbose_name="CIP code")),
                ("summary", models.CharField(blank=True, max_length=300, verbose_name="summary")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("status", models.CharField(default="draft", max_length=10, verbose_name="status")),
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
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "source_as_of",
                    models.CharField(blank=True, max_length=40, verbose_name="source's period"),
                ),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            ],
            options={
                "verbose_name": "historical program",
                "verbose_name_plural": "historical programs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
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
                ("history_many", models.JSONField(default=dict)),
                (
                    "basis",
                    models.CharField(default="declared", max_length=10, verbose_name="basis"),
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
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("history_change_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "history_id",
                    models.BigAutoField(editable=False, primary_key=True, serialize=False),
                ),
                ("history_date", models.DateTimeField()),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "historical role mapping",
                "verbose_name_plural": "historical role mappings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
        ),
    ]
