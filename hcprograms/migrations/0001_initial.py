import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import hcprograms.catalog.states
import hcprograms.institutions.models
import hcprograms.leads.models.forms


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Accreditor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="slug")),
                (
                    "abbreviation",
                    models.CharField(blank=True, max_length=20, verbose_name="abbreviation"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("accreditation", "accredits"), ("certification", "certifies")],
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
                ("website", models.URLField(blank=True, max_length=500, verbose_name="website")),
            ],
            options={
                "verbose_name": "accreditor",
                "verbose_name_plural": "accreditors",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="CareerRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="slug")),
                ("title", models.CharField(max_length=150, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("duties", models.JSONField(blank=True, default=list, verbose_name="duties")),
                (
                    "onet_codes",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Such as ["11-9111.00"].',
                        verbose_name="O*NET-SOC codes",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="offered in forms")),
            ],
            options={
                "verbose_name": "career role",
                "verbose_name_plural": "career roles",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("key", models.SlugField(max_length=40, unique=True, verbose_name="key")),
                (
                    "publisher",
                    models.CharField(blank=True, max_length=200, verbose_name="publisher"),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
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
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20, unique=True, verbose_name="process")),
                ("at", models.DateTimeField(verbose_name="last sweep at")),
            ],
            options={
                "verbose_name": "heartbeat",
                "verbose_name_plural": "heartbeats",
            },
        ),
        migrations.CreateModel(
            name="InterestStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
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
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="asked")),
            ],
            options={
                "verbose_name": "interest statement",
                "verbose_name_plural": "interest statements",
                "ordering": ["position", "slug"],
            },
        ),
        migrations.CreateModel(
            name="Occupation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(max_length=10, unique=True, verbose_name="O*NET-SOC code"),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "alternate_titles",
                    models.JSONField(blank=True, default=list, verbose_name="alternate titles"),
                ),
                ("tasks", models.JSONField(blank=True, default=list, verbose_name="tasks")),
                ("skills", models.JSONField(blank=True, default=list, verbose_name="skills")),
                ("education", models.JSONField(blank=True, default=list, verbose_name="education")),
                (
                    "job_zone",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="job zone"
                    ),
                ),
                ("wages", models.JSONField(blank=True, default=dict, verbose_name="wages")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "source_as_of",
                    models.CharField(blank=True, max_length=40, verbose_name="source's period"),
                ),
                ("import_digest", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "occupation",
                "verbose_name_plural": "occupations",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="CatalogVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            name="Contradiction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="slug")),
                ("topic", models.CharField(max_length=200, verbose_name="topic")),
                ("summary", models.CharField(max_length=500, verbose_name="what the sources say")),
                (
                    "roles",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Roles contested together, although their titles may differ.",
                        related_name="contradictions",
                        to="hcprograms.careerrole",
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        related_name="contradictions", to="hcprograms.evidencesource"
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
            name="Certification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="slug")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "abbreviation",
                    models.CharField(blank=True, max_length=20, verbose_name="abbreviation"),
                ),
                ("body", models.CharField(blank=True, max_length=200, verbose_name="awarded by")),
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="slug")),
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="slug")),
                (
                    "legal_name",
                    models.CharField(
                        blank=True,
                        help_text="The seller named in consent texts. Empty: the name above.",
                        max_length=200,
                        verbose_name="legal name",
                    ),
                ),
                ("is_published", models.BooleanField(default=True, verbose_name="published")),
                (
                    "is_fictional",
                    models.BooleanField(
                        default=False,
                        help_text="A made-up example. Every public page says so.",
                        verbose_name="fictional",
                    ),
                ),
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
                    models.CharField(blank=True, max_length=40, verbose_name="source's period"),
                ),
                ("import_digest", models.CharField(blank=True, editable=False, max_length=64)),
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
                            ("unitid__isnull", True), ("unitid__regex", "^\\d{6}$"), _connector="OR"
                        ),
                        name="hcp_institution_unitid_six_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opeid", ""), ("opeid__regex", "^\\d{8}$"), _connector="OR"
                        ),
                        name="hcp_institution_opeid_eight_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("slug", models.SlugField(max_length=120, verbose_name="slug")),
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
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campuses",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "campus",
                "verbose_name_plural": "campuses",
                "ordering": ["-is_main", "name"],
            },
        ),
        migrations.CreateModel(
            name="InterestForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                        help_text='Host names as in the address of the page: ["www.school.example"]. A port belongs to it if the address has one; * stands for any name before a dot.',
                        validators=[hcprograms.leads.models.forms.validate_hosts],
                        verbose_name="sites that may embed it",
                    ),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens at")),
                (
                    "closes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="closes at"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interest_forms",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "interest form",
                "verbose_name_plural": "interest forms",
                "ordering": ["institution", "title"],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission_id", models.UUIDField(editable=False, unique=True)),
                (
                    "form_version",
                    models.PositiveIntegerField(default=1, verbose_name="version of the form"),
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
                    "close_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason for closing"),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("email", models.EmailField(max_length=254, verbose_name="email")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True, max_length=2, verbose_name="country"
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=10, verbose_name="state")),
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
                    "extra",
                    models.JSONField(
                        blank=True, default=list, verbose_name="answers to the form's own questions"
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="answers")),
                (
                    "recommendation",
                    models.JSONField(blank=True, default=dict, verbose_name="recommendation"),
                ),
                (
                    "attribution",
                    models.JSONField(blank=True, default=dict, verbose_name="attribution"),
                ),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "assignment_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why assigned"),
                ),
                ("captured_at", models.DateTimeField(verbose_name="asked at")),
                (
                    "first_answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="first answered at"),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="erased at"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="leads",
                        to="hcprograms.interestform",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
                "ordering": ["-captured_at"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the text"),
                ),
                ("seller", models.CharField(max_length=200, verbose_name="given to")),
                (
                    "contact_point",
                    models.CharField(blank=True, max_length=320, verbose_name="contact point"),
                ),
                (
                    "form_version",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="version of the form"
                    ),
                ),
                ("page_url", models.CharField(blank=True, max_length=500, verbose_name="page")),
                (
                    "ip_address",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="IP address"),
                ),
                (
                    "user_agent",
                    models.CharField(blank=True, max_length=300, verbose_name="browser"),
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
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["decided_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CaptureAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="IP address"),
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
            ],
            options={
                "verbose_name": "capture attempt",
                "verbose_name_plural": "capture log",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="LeadEvent",
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
                            ("erased", "person erased"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("text", models.TextField(blank=True, verbose_name="text")),
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
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="hcprograms.lead",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "timeline",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="direct phone")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("lead_turn", models.PositiveBigIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ["institution", "role", "pk"],
            },
        ),
        migrations.AddField(
            model_name="lead",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="leads",
                to="hcprograms.membership",
                verbose_name="assigned to",
            ),
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("confirmation", "confirmation to the applicant"),
                            ("alert", "alert to the advisor"),
                            ("reminder", "reminder to the advisor"),
                            ("escalation", "escalation to the manager"),
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
                        ],
                        max_length=9,
                        verbose_name="to",
                    ),
                ),
                (
                    "channel",
                    models.CharField(default="email", max_length=40, verbose_name="channel"),
                ),
                ("address", models.CharField(max_length=320, verbose_name="address")),
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
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
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
                    models.DateTimeField(blank=True, null=True, verbose_name="first attempt at"),
                ),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=500, verbose_name="last error"),
                ),
                (
                    "message_id",
                    models.CharField(blank=True, max_length=200, verbose_name="Message-ID"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="hcprograms.lead",
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
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "ordering": ["-due_at"],
            },
        ),
        migrations.CreateModel(
            name="Offering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                        max_length=8,
                        verbose_name="delivery",
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
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "duration_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months"),
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
                        blank=True,
                        choices=[
                            ("", "not published"),
                            ("all", "all states"),
                            ("only", "only the states listed"),
                            ("except", "all but the states listed"),
                        ],
                        default="",
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
                ("import_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "campus",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="offerings",
                        to="hcprograms.campus",
                    ),
                ),
            ],
            options={
                "verbose_name": "offering",
                "verbose_name_plural": "offerings",
                "ordering": ["program", "delivery", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LeadChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=400, verbose_name="program")),
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
            ],
            options={
                "verbose_name": "program asked about",
                "verbose_name_plural": "programs asked about",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("apply_by", models.DateField(blank=True, null=True, verbose_name="apply by")),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intakes",
                        to="hcprograms.offering",
                    ),
                ),
            ],
            options={
                "verbose_name": "intake",
                "verbose_name_plural": "intakes",
                "ordering": ["starts_on"],
            },
        ),
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="office_hours",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "office hours",
                "verbose_name_plural": "office hours",
                "ordering": ["weekday", "opens"],
            },
        ),
        migrations.CreateModel(
            name="Program",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=250, verbose_name="name")),
                ("slug", models.SlugField(max_length=150, verbose_name="slug")),
                (
                    "award",
                    models.CharField(
                        blank=True, help_text="Such as MHA.", max_length=40, verbose_name="award"
                    ),
                ),
                (
                    "concentration",
                    models.CharField(blank=True, max_length=150, verbose_name="concentration"),
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
                ("summary", models.CharField(blank=True, max_length=300, verbose_name="summary")),
                ("description", models.TextField(blank=True, verbose_name="description")),
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
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "source_as_of",
                    models.CharField(blank=True, max_length=40, verbose_name="source's period"),
                ),
                ("import_key", models.CharField(blank=True, editable=False, max_length=60)),
                ("import_digest", models.CharField(blank=True, editable=False, max_length=64)),
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
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="programs",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "program",
                "verbose_name_plural": "programs",
                "ordering": ["institution", "name"],
            },
        ),
        migrations.AddField(
            model_name="offering",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offerings",
                to="hcprograms.program",
            ),
        ),
        migrations.CreateModel(
            name="LicensureDisclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("source_url", models.URLField(blank=True, max_length=500, verbose_name="source")),
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="licensure_disclosures",
                        to="hcprograms.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "licensure disclosure",
                "verbose_name_plural": "licensure disclosures",
                "ordering": ["state", "licence"],
            },
        ),
        migrations.CreateModel(
            name="AccreditationRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                ("effective_on", models.DateField(verbose_name="in force from")),
                (
                    "expires_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day, as the accreditor gave it. Never computed.",
                        null=True,
                        verbose_name="in force until",
                    ),
                ),
                (
                    "evidence_url",
                    models.URLField(blank=True, max_length=500, verbose_name="evidence"),
                ),
                (
                    "verified_on",
                    models.DateField(blank=True, null=True, verbose_name="last verified on"),
                ),
                (
                    "is_historical",
                    models.BooleanField(
                        default=False,
                        help_text="From a frozen source: shown as dated history, never as a current claim.",
                        verbose_name="history only",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
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
                    "accreditor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="hcprograms.accreditor",
                    ),
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
                    "program",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accreditation_records",
                        to="hcprograms.program",
                    ),
                ),
            ],
            options={
                "verbose_name": "accreditation record",
                "verbose_name_plural": "accreditation records",
                "ordering": ["accreditor", "effective_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.SlugField(
                        help_text="Answers are kept under it. It never changes.", verbose_name="key"
                    ),
                ),
                ("label", models.CharField(max_length=200, verbose_name="question")),
                ("help_text", models.CharField(blank=True, max_length=300, verbose_name="help")),
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
                ("is_required", models.BooleanField(default=False, verbose_name="required")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
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
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="hcprograms.interestform",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RoleEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
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
                    "title_as_written",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="title in the source"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
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
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="hcprograms.careerrole",
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
            ],
            options={
                "verbose_name": "evidence for a role",
                "verbose_name_plural": "evidence for roles",
                "ordering": ["role", "source"],
            },
        ),
        migrations.CreateModel(
            name="RoleMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("import_digest", models.CharField(blank=True, editable=False, max_length=64)),
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
            ],
            options={
                "verbose_name": "role mapping",
                "verbose_name_plural": "role mappings",
                "ordering": ["program", "-strength", "role"],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suppressions",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "suppressed address",
                "verbose_name_plural": "suppressed addresses",
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("is_current", models.BooleanField(default=True, verbose_name="shown in forms")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consent_texts",
                        to="hcprograms.institution",
                    ),
                ),
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
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closures",
                        to="hcprograms.institution",
                    ),
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
        migrations.AddConstraint(
            model_name="campus",
            constraint=models.UniqueConstraint(
                fields=("institution", "slug"), name="hcp_campus_slug_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="campus",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)),
                fields=("institution",),
                name="hcp_campus_one_main",
                violation_error_message="This institution has a main campus already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="interestform",
            constraint=models.UniqueConstraint(
                fields=("institution", "slug"), name="hcp_interest_form_slug_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="interestform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at__isnull", True),
                    ("closes_at__isnull", True),
                    ("closes_at__gt", models.F("opens_at")),
                    _connector="OR",
                ),
                name="hcp_interest_form_times_in_order",
                violation_error_message="It closes before it opens.",
            ),
        ),
        migrations.AddIndex(
            model_name="captureattempt",
            index=models.Index(fields=["institution", "-at"], name="hcp_capture_attempt_recent"),
        ),
        migrations.AddIndex(
            model_name="captureattempt",
            index=models.Index(fields=["ip_address", "-at"], name="hcp_capture_attempt_address"),
        ),
        migrations.AddIndex(
            model_name="leadevent",
            index=models.Index(fields=["lead", "at"], name="hcp_lead_event_timeline"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("institution", "user"),
                name="hcp_membership_once",
                violation_error_message="This person is a member of the institution already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receives_leads", False),
                    models.Q(("role__in", ["editor", "viewer"]), _negated=True),
                    _connector="OR",
                ),
                name="hcp_membership_lead_roles",
                violation_error_message="Editors and viewers are not told of leads.",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["institution", "status", "-captured_at"], name="hcp_lead_inbox"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("first_answered_at__isnull", True)),
                fields=["institution", "captured_at"],
                name="hcp_lead_unanswered",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("institution"),
                django.db.models.functions.text.Upper("email"),
                name="hcp_lead_email",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True),
                fields=["institution", "phone"],
                name="hcp_lead_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["due_at", "id"],
                name="hcp_follow_up_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                fields=("lead", "purpose", "step", "address"), name="hcp_follow_up_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="hcp_follow_up_sent_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sending"), _negated=True),
                    models.Q(("claim_token__isnull", False), ("claimed_at__isnull", False)),
                    _connector="OR",
                ),
                name="hcp_follow_up_sending_is_claimed",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.UniqueConstraint(
                fields=("offering", "starts_on"), name="hcp_intake_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("apply_by__isnull", True),
                    ("apply_by__lte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="hcp_intake_apply_before_start",
                violation_error_message="The apply-by date comes after the start.",
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.UniqueConstraint(
                fields=("institution", "weekday", "opens"), name="hcp_office_hours_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="officehours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)), name="hcp_office_hours_weekday_exists"
            ),
        ),
        migrations.AddIndex(
            model_name="program",
            index=models.Index(fields=["status", "level"], name="hcp_program_status_level"),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(
                fields=("institution", "slug"), name="hcp_program_slug_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(
                condition=models.Q(("import_key", ""), _negated=True),
                fields=("institution", "import_key"),
                name="hcp_program_import_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("track_position__isnull", True),
                    models.Q(("track_position__gte", -1), ("track_position__lte", 1)),
                    _connector="OR",
                ),
                name="hcp_program_track_position_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cip_code", ""),
                    ("cip_code__regex", "^\\d{2}\\.\\d{2}(\\d{2})?$"),
                    _connector="OR",
                ),
                name="hcp_program_cip_format",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.UniqueConstraint(
                fields=("program", "delivery", "campus"),
                name="hcp_offering_once",
                violation_error_message="This program has an offering with this delivery at this campus already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.UniqueConstraint(
                condition=models.Q(("campus__isnull", True)),
                fields=("program", "delivery"),
                name="hcp_offering_once_without_campus",
                violation_error_message="This program has an offering with this delivery and no campus already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duration_months__isnull", True), ("duration_months__gte", 1), _connector="OR"
                ),
                name="hcp_offering_duration_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("price__isnull", True), ("price__gte", 0), _connector="OR"),
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
                    models.Q(("fees_total__isnull", True), ("fees_total__gte", 0), _connector="OR"),
                ),
                name="hcp_offering_money_not_negative",
                violation_error_message="Money is never negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits__isnull", True), ("credits__gt", 0), _connector="OR"),
                name="hcp_offering_credits_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="offering",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("price_basis", ""), _negated=True),
                    models.Q(("price__isnull", True), ("price_resident__isnull", True)),
                    _connector="OR",
                ),
                name="hcp_offering_price_has_basis",
                violation_error_message="Say what the price is for: a credit, a term, or all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="licensuredisclosure",
            constraint=models.UniqueConstraint(
                fields=("program", "state", "licence"),
                name="hcp_licensure_once",
                violation_error_message="This state and licence are disclosed already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="licensuredisclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(("finding__in", ["meets", "does_not_meet", "undetermined"])),
                name="hcp_licensure_finding_known",
            ),
        ),
        migrations.AddIndex(
            model_name="accreditationrecord",
            index=models.Index(
                fields=["offering", "accreditor"], name="hcp_accreditation_offering"
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_on__isnull", True),
                    ("expires_on__gte", models.F("effective_on")),
                    _connector="OR",
                ),
                name="hcp_accreditation_dates_in_order",
                violation_error_message="It ends before it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("program__isnull", True), ("offering__isnull", True), _connector="OR"
                ),
                name="hcp_accreditation_one_subject",
                violation_error_message="Name a program or an offering, not both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditationrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("supersedes__isnull", True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="hcp_accreditation_correction_has_reason",
                violation_error_message="Say why the earlier record was wrong.",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("form", "key"),
                name="hcp_question_key_once",
                violation_error_message="This form has a question with this key already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="roleevidence",
            constraint=models.UniqueConstraint(
                fields=("role", "source"), name="hcp_role_evidence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleevidence",
            constraint=models.UniqueConstraint(
                fields=("role", "institution"), name="hcp_role_evidence_own_view_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("institution__isnull", True), ("source__isnull", False)),
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
        ),
        migrations.AddConstraint(
            model_name="rolemapping",
            constraint=models.UniqueConstraint(
                fields=("program", "role", "basis"), name="hcp_role_mapping_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolemapping",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__gte", 0), ("strength__lte", 1)),
                name="hcp_role_mapping_strength_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                fields=("institution", "channel", "address_hash"), name="hcp_suppression_once"
            ),
        ),
    ]
