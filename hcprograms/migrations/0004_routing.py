"""Rules that say who answers which leads, when people are there, and their daily limits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hcprograms.leads.models.routing


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0003_catalog_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["first_day"],
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            ],
            options={
                "verbose_name": "routing rule",
                "verbose_name_plural": "routing rules",
                "ordering": ["institution", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
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
                ("opens", models.TimeField(verbose_name="from")),
                ("closes", models.TimeField(verbose_name="until")),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "ordering": ["weekday", "opens"],
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="daily_cap",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: no limit. Leads given by hand do not count.",
                null=True,
                verbose_name="new leads per day at most",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_fallback",
            field=models.BooleanField(
                default=False,
                help_text="Gets the leads that no rule and no advisor can take. One per school.",
                verbose_name="answers when nobody else can",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="leads_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="leads_that_day",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_fallback", True)),
                fields=("institution",),
                name="hcp_membership_one_fallback",
                violation_error_message="Somebody else answers when nobody else can already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_fallback", False),
                    models.Q(("role__in", ["editor", "viewer"]), _negated=True),
                    _connector="OR",
                ),
                name="hcp_membership_fallback_roles",
                violation_error_message="Editors and viewers do not answer leads.",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="absences",
                to="hcprograms.membership",
            ),
        ),
        migrations.AddField(
            model_name="routingrule",
            name="advisors",
            field=models.ManyToManyField(
                blank=True,
                help_text="None chosen: everybody who is told of new leads.",
                related_name="routing_rules",
                to="hcprograms.membership",
                verbose_name="advisors",
            ),
        ),
        migrations.AddField(
            model_name="routingrule",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="routing_rules",
                to="hcprograms.institution",
            ),
        ),
        migrations.AddField(
            model_name="routingrule",
            name="programs",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="hcprograms.program", verbose_name="programs"
            ),
        ),
        migrations.AddField(
            model_name="workinghours",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="working_hours",
                to="hcprograms.membership",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))),
                name="hcp_absence_days_in_order",
                violation_error_message="The last day comes before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.UniqueConstraint(
                fields=("institution", "name"),
                name="hcp_routing_rule_name_once",
                violation_error_message="There is a rule of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.UniqueConstraint(
                fields=("membership", "weekday", "opens"), name="hcp_working_hours_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)), name="hcp_working_hours_weekday_exists"
            ),
        ),
    ]
