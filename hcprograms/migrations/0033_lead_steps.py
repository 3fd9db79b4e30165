"""Steps on leads that can be undone, mails to new owners, and the stage that bookings reached."""

from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back

STAGES = ("new", "contacted", "appointment", "applied", "admitted", "enrolled")


def raise_stages(apps, schema_editor) -> None:
    """Give each lead at least the stage of its status, and of a booked appointment."""
    Lead = apps.get_model("hcprograms", "Lead")
    rows = Lead._base_manager.using(schema_editor.connection.alias)
    for stage, status in enumerate(STAGES):
        rows.filter(status=status, stage__lt=stage).update(stage=stage)
    Appointment = apps.get_model("hcprograms", "Appointment")
    booked = Appointment._base_manager.using(schema_editor.connection.alias)
    late = STAGES.index("appointment")
    rows.filter(pk__in=booked.values("lead"), stage__lt=late).update(stage=late)


def leave_stages(apps, schema_editor) -> None:
    """Which of them were too low is not known any more."""


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0031_accreditation_coverage_guards")]

    operations = [
        lift(),
        migrations.RemoveConstraint(
            model_name="followup",
            name="hcp_follow_up_has_lead_or_day",
        ),
        migrations.AddField(
            model_name="leadevent",
            name="details",
            field=models.JSONField(
                blank=True, editable=False, help_text="What undoing the step puts back.", null=True
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
                    ("refused", "alert that emails are refused"),
                    ("unidentified", "opt-out from an unknown address"),
                    ("assigned", "leads assigned to an advisor"),
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
                    ("reopened", "reopened: the clock starts again"),
                    ("undone", "undone"),
                    ("message", "message to the applicant"),
                    ("received", "message from the applicant"),
                    ("bounced", "address takes no emails"),
                    ("merged", "merged"),
                    ("unmerged", "merge undone"),
                    ("appointment", "appointment"),
                    ("plan", "planned messages changed"),
                    ("file", "file opened"),
                    ("erased", "person erased"),
                ],
                max_length=12,
                verbose_name="kind",
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
                            (
                                "purpose__in",
                                ("digest", "stuck", "refused", "unidentified", "assigned"),
                            ),
                            _negated=True,
                        ),
                    ),
                    models.Q(
                        ("day__isnull", False),
                        ("lead__isnull", True),
                        ("purpose__in", ("digest", "stuck", "refused", "unidentified", "assigned")),
                    ),
                    _connector="OR",
                ),
                name="hcp_follow_up_has_lead_or_day",
            ),
        ),
        put_back(),
        migrations.RunPython(raise_stages, leave_stages, elidable=True),
    ]
