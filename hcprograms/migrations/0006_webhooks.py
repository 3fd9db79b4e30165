"""Other systems that are told of leads, and their events in the queue."""

import django.db.models.deletion
from django.db import migrations, models

import hcprograms.followup.models.webhooks


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0005_program_details_and_disclosures"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                        help_text="For example: our CRM", max_length=100, verbose_name="name"
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
                ("old_secret", models.CharField(blank=True, editable=False, max_length=100)),
                ("secret_changed_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                        blank=True, editable=False, null=True, verbose_name="last success at"
                    ),
                ),
                (
                    "last_failure_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last failure at"
                    ),
                ),
                (
                    "last_error",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="last error"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "webhook endpoint",
                "verbose_name_plural": "webhook endpoints",
                "ordering": ["institution", "name"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="followup",
            name="hcp_follow_up_once",
        ),
        migrations.AddField(
            model_name="followup",
            name="details",
            field=models.JSONField(blank=True, null=True, verbose_name="details of the event"),
        ),
        migrations.AddField(
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
                    ("webhook", "event for another system"),
                ],
                max_length=12,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="recipient",
            field=models.CharField(
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
        migrations.AddField(
            model_name="webhookendpoint",
            name="institution",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="webhook_endpoints",
                to="hcprograms.institution",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="endpoint",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="follow_ups",
                to="hcprograms.webhookendpoint",
                verbose_name="webhook endpoint",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("endpoint__isnull", True)),
                fields=("lead", "purpose", "step", "address"),
                name="hcp_follow_up_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.UniqueConstraint(
                fields=("institution", "url"),
                name="hcp_webhook_url_once",
                violation_error_message="This address is told already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("url__startswith", "https://")), name="hcp_webhook_url_is_https"
            ),
        ),
    ]
