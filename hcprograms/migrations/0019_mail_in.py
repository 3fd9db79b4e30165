"""What comes in by mail: withdrawals, addresses that take no emails, and a log of both."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0018_follow_ups_of_institutions"),
    ]

    operations = [
        lift(),
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(max_length=64, unique=True, verbose_name="hash of its id"),
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
        migrations.AddField(
            model_name="historicalinstitution",
            name="withdrawal_email",
            field=models.EmailField(
                blank=True, max_length=254, verbose_name="address that ends emails"
            ),
        ),
        migrations.AddField(
            model_name="institution",
            name="withdrawal_email",
            field=models.EmailField(
                blank=True,
                help_text="Who writes STOP to it gets no more emails. Printed in emails to applicants. This site must be given its mail: see “Mail that comes in” in the documentation.",
                max_length=254,
                verbose_name="address that ends emails",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="bounced_address",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=254,
                verbose_name="address that takes no emails",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="bounced_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="found out at"),
        ),
        migrations.AddField(
            model_name="membership",
            name="bounced_address",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=254,
                verbose_name="address that takes no emails",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="bounced_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="found out at"),
        ),
        migrations.AlterField(
            model_name="consent",
            name="method",
            field=models.CharField(
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
                    ("erased", "person erased"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("withdrawal_email"),
                condition=models.Q(("withdrawal_email", ""), _negated=True),
                name="hcp_institution_withdrawal_email_once",
                violation_error_message="Another institution has this address that ends emails.",
            ),
        ),
        migrations.AddField(
            model_name="receivedmail",
            name="institution",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="received_mail",
                to="hcprograms.institution",
            ),
        ),
        put_back(),
    ]
