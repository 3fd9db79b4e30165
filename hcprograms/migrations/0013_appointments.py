"""Appointments: what can be booked, what was, and the times that are taken by it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import hcprograms.institutions.models


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0012_retention_and_usage"),
    ]

    operations = [
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
                    ("merged", "merged"),
                    ("unmerged", "merge undone"),
                    ("appointment", "appointment"),
                    ("erased", "person erased"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                ("sequence", models.PositiveSmallIntegerField(default=0, verbose_name="changes")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "ordering": ["-starts_at"],
            },
        ),
        migrations.AddField(
            model_name="followup",
            name="appointment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="follow_ups",
                to="hcprograms.appointment",
            ),
        ),
        migrations.CreateModel(
            name="AppointmentType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        choices=[(15, 15), (20, 20), (30, 30), (45, 45), (60, 60), (90, 90)],
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
                ("is_active", models.BooleanField(default=True, verbose_name="can be booked")),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appointment_types",
                        to="hcprograms.institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment type",
                "verbose_name_plural": "appointment types",
                "ordering": ["institution", "name"],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="appointments",
                to="hcprograms.appointmenttype",
            ),
        ),
        migrations.CreateModel(
            name="BookedTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="from")),
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
            ],
            options={
                "verbose_name": "booked time",
                "verbose_name_plural": "booked times",
            },
        ),
        migrations.AddConstraint(
            model_name="appointmenttype",
            constraint=models.UniqueConstraint(
                fields=("institution", "name"),
                name="hcp_appointment_type_once",
                violation_error_message="There is one of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmenttype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes__in", (15, 20, 30, 45, 60, 90)),
                    ("pause__in", (0, 5, 10, 15, 30)),
                    ("step__in", (15, 20, 30, 60)),
                ),
                name="hcp_appointment_type_on_grid",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmenttype",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_ahead__gte", 1), ("days_ahead__lte", 180)),
                name="hcp_appointment_type_days_ahead",
                violation_error_message="Give from 1 to 180 days.",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["institution", "-starts_at"], name="hcp_appointment_recent"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="hcp_appointment_times_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "booked")),
                fields=("lead",),
                name="hcp_appointment_one_booked",
                violation_error_message="This person has an appointment already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookedtime",
            constraint=models.UniqueConstraint(
                fields=("membership", "at"), name="hcp_booked_time_once"
            ),
        ),
    ]
