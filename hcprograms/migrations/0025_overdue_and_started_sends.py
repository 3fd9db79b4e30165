"""Since when a message has been due, and whether its sending has begun."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0024_digests_and_watching"),
    ]

    # Nullable columns without defaults: SQLite adds them without building the table again.
    operations = [
        migrations.AddField(
            model_name="followup",
            name="overdue_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it became due, until there is an outcome: a claim moves due_at.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="send_started_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Under this claim; empty: not tried yet.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="interrupted_claims",
            field=models.SmallIntegerField(
                blank=True,
                editable=False,
                help_text="Claims that ran out before a send began.",
                null=True,
            ),
        ),
    ]
