"""Mail that could not be read, and alerts to managers about refused mail and unknown senders."""

from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0026_canonical_addresses_and_limits"),
    ]

    operations = [
        lift(),
        migrations.RemoveConstraint(
            model_name="followup",
            name="hcp_follow_up_has_lead_or_day",
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
                    ("refused", "alert that emails are refused"),
                    ("unidentified", "opt-out from an unknown address"),
                ],
                max_length=12,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="receivedmail",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("withdrawn", "ended messages"),
                    ("passed_on", "passed on to staff"),
                    ("bounced", "an address takes no emails"),
                    ("returned", "one email came back"),
                    ("automatic", "automatic answer, left alone"),
                    ("unknown", "nobody we know"),
                    ("broken", "could not be read"),
                ],
                max_length=9,
                verbose_name="what was done",
            ),
        ),
        migrations.AddIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("outcome", "broken")),
                fields=["at"],
                name="hcp_received_mail_broken",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("day__isnull", True),
                        ("lead__isnull", False),
                        models.Q(
                            ("purpose__in", ("digest", "stuck", "refused", "unidentified")),
                            _negated=True,
                        ),
                    ),
                    models.Q(
                        ("day__isnull", False),
                        ("lead__isnull", True),
                        ("purpose__in", ("digest", "stuck", "refused", "unidentified")),
                    ),
                    _connector="OR",
                ),
                name="hcp_follow_up_has_lead_or_day",
            ),
        ),
        put_back(),
    ]
