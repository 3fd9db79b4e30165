import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cms", "0041_alter_pageurl_unique_together_pageurl_site_and_more"),
        ("hcprograms", "0003_catalog_version"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleExplorerPlugin",
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
                ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
            ],
            bases=("cms.cmsplugin",),
        ),
        migrations.CreateModel(
            name="AccreditationBadgePlugin",
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
                (
                    "accreditor",
                    models.CharField(
                        blank=True,
                        help_text="The accreditor’s short name: cahme.",
                        max_length=60,
                        verbose_name="only by",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.program",
                        verbose_name="program",
                    ),
                ),
            ],
            bases=("cms.cmsplugin",),
        ),
        migrations.CreateModel(
            name="ComparePlugin",
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
                ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                (
                    "programs",
                    models.ManyToManyField(
                        related_name="+", to="hcprograms.program", verbose_name="programs"
                    ),
                ),
            ],
            bases=("cms.cmsplugin",),
        ),
        migrations.CreateModel(
            name="InterestFormPlugin",
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
                ("has_heading", models.BooleanField(default=True, verbose_name="with its title")),
                (
                    "title",
                    models.CharField(blank=True, max_length=150, verbose_name="another title"),
                ),
                ("intro", models.TextField(blank=True, verbose_name="another introduction")),
                (
                    "button",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="another text of the button"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.interestform",
                        verbose_name="form",
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
                        verbose_name="program ticked beforehand",
                    ),
                ),
            ],
            bases=("cms.cmsplugin",),
        ),
        migrations.CreateModel(
            name="MatchFormPlugin",
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
                        verbose_name="only programs of",
                    ),
                ),
            ],
            bases=("cms.cmsplugin",),
        ),
        migrations.CreateModel(
            name="ProgramCardPlugin",
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
                (
                    "program",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.program",
                        verbose_name="program",
                    ),
                ),
            ],
            bases=("cms.cmsplugin",),
        ),
        migrations.CreateModel(
            name="ProgramListPlugin",
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
                (
                    "level",
                    models.CharField(
                        blank=True,
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
                        verbose_name="only this level",
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
                        max_length=8,
                        verbose_name="only studied like this",
                    ),
                ),
                (
                    "limit",
                    models.PositiveSmallIntegerField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="at most",
                    ),
                ),
                (
                    "layout",
                    models.CharField(
                        choices=[("cards", "cards"), ("list", "list")],
                        default="cards",
                        max_length=5,
                        verbose_name="layout",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hcprograms.institution",
                        verbose_name="all programs of",
                    ),
                ),
                (
                    "programs",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="hcprograms.program",
                        verbose_name="or just these",
                    ),
                ),
            ],
            bases=("cms.cmsplugin",),
        ),
    ]
