from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0027_inbound_mail_outcomes")]

    operations = [
        lift(),
        migrations.AddField(
            model_name="lead",
            name="own_email_hash",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Only where staff changed it: links then open less.",
                max_length=64,
                verbose_name="hash of the address that the person gave",
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
                    ("addr_changed", "notice to the former address"),
                    ("new_link", "new link for the applicant"),
                ],
                max_length=12,
                verbose_name="purpose",
            ),
        ),
        put_back(),
    ]
