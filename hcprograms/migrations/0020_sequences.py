"""Sequences of an institution, and conditions on planned messages."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import hcprograms.leads.models.routing


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0019_mail_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="followup",
            name="conditions",
            field=models.JSONField(
                blank=True,
                help_text="What must hold when it is sent, as it was when it was planned.",
                null=True,
                verbose_name="conditions",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="event",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="followup",
            name="purpose",
            field=models.CharField(
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
                    ("erased", "person erased"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Sequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("latest_number", models.PositiveSmallIntegerField(default=100, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sequences",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "sequence",
                "verbose_name_plural": "sequences",
                "ordering": ["institution", "name"],
            },
        ),
        migrations.CreateModel(
            name="SequenceStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(editable=False, verbose_name="number")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Lower numbers stand first here.", verbose_name="order"
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
                ("channel", models.CharField(default="email", max_length=40, verbose_name="by")),
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
                (
                    "sequence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="hcprograms.sequence",
                    ),
                ),
            ],
            options={
                "verbose_name": "step",
                "verbose_name_plural": "steps",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.UniqueConstraint(
                fields=("institution", "name"),
                name="hcp_sequence_name_once",
                violation_error_message="There is a sequence of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.UniqueConstraint(
                fields=("sequence", "number"), name="hcp_sequence_step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gte", 1),
                        ("amount__lte", 365),
                        ("at__isnull", False),
                        ("unit", "days"),
                    ),
                    models.Q(models.Q(("unit", "days"), _negated=True), ("at__isnull", True)),
                    _connector="OR",
                ),
                name="hcp_sequence_step_days_have_time",
                violation_error_message="Days are from 1 to 365 and need a time; minutes have none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__lte", 14400)), name="hcp_sequence_step_delay"
            ),
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "webhook"), ("says", "event"), ("to", "system")),
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
        ),
        migrations.AddConstraint(
            model_name="sequencestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("says__in", ["confirmation", "news"]), ("to", "applicant")),
                    models.Q(
                        models.Q(("to", "applicant"), _negated=True),
                        models.Q(("says__in", ["confirmation", "news"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hcp_sequence_step_applicant",
                violation_error_message="The applicant gets a confirmation or a further message, staff the others.",
            ),
        ),
    ]
