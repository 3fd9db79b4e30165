"""When digests are sent, and indexes for those who watch the queue."""

import datetime

from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0023_api_keys"),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name="historicalinstitution",
            name="digest_at",
            field=models.TimeField(default=datetime.time(8, 0), verbose_name="digest at"),
        ),
        migrations.AddField(
            model_name="historicalinstitution",
            name="sends_digest",
            field=models.BooleanField(default=True, verbose_name="daily digest of open leads"),
        ),
        migrations.AddField(
            model_name="institution",
            name="digest_at",
            field=models.TimeField(default=datetime.time(8, 0), verbose_name="digest at"),
        ),
        migrations.AddField(
            model_name="institution",
            name="sends_digest",
            field=models.BooleanField(
                default=True,
                help_text="By email on open days: all open leads to managers, their own to advisors.",
                verbose_name="daily digest of open leads",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("state", "failed")),
                fields=["institution", "due_at"],
                name="hcp_follow_up_failed",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", False)),
                fields=["sent_at"],
                name="hcp_follow_up_sent",
            ),
        ),
        put_back(),
    ]
