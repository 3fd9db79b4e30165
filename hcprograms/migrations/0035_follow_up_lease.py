"""A message that a worker has taken is leased: columns are named so."""

from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0034_catalog_version_token"),
    ]

    operations = [
        lift(),
        migrations.RemoveConstraint(
            model_name="followup",
            name="hcp_follow_up_sending_is_claimed",
        ),
        migrations.RenameField(
            model_name="followup",
            old_name="claim_token",
            new_name="lease_token",
        ),
        migrations.RenameField(
            model_name="followup",
            old_name="claimed_at",
            new_name="leased_at",
        ),
        migrations.RenameField(
            model_name="followup",
            old_name="interrupted_claims",
            new_name="interrupted_leases",
        ),
        migrations.AlterField(
            model_name="followup",
            name="interrupted_leases",
            field=models.SmallIntegerField(
                blank=True,
                editable=False,
                help_text="Leases that ran out before a send began.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="overdue_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it became due, until there is an outcome: a lease moves due_at.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="send_started_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Under this lease; empty: not tried yet.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sending"), _negated=True),
                    models.Q(("lease_token__isnull", False), ("leased_at__isnull", False)),
                    _connector="OR",
                ),
                name="hcp_follow_up_sending_is_leased",
            ),
        ),
        put_back(),
    ]
