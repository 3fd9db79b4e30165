"""What asks for training of an organisation; ways on from a form, and its colour."""

import django.core.validators
from django.db import migrations, models

import hcprograms.leads.models.forms
from hcprograms.migrations._triggers import lift, put_back


def give_way_out(apps, schema_editor):
    """A form of the kind “apply” leads to the school's application from now on.

    One that names none leads to the school's website; where there is none, it asks for information.
    """
    forms = apps.get_model("hcprograms", "InterestForm").objects.filter(kind="apply", apply_url="")
    for form in forms.select_related("institution"):
        if form.institution.website.startswith("https://"):
            form.apply_url = form.institution.website
        else:
            form.kind = "information"
        form.save(update_fields=["apply_url", "kind"])


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0014_accreditation_append_only"),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name="historicalinterestform",
            name="small_print",
            field=models.TextField(
                blank=True,
                verbose_name="small print",
            ),
        ),
        migrations.AddField(
            model_name="interestform",
            name="small_print",
            field=models.TextField(
                blank=True,
                help_text="Below the button: what is not promised, and what the law asks you to say.",
                verbose_name="small print",
            ),
        ),
        migrations.AddField(
            model_name="historicalinterestform",
            name="accent",
            field=models.CharField(blank=True, max_length=7, verbose_name="colour"),
        ),
        migrations.AddField(
            model_name="historicalinterestform",
            name="apply_url",
            field=models.URLField(blank=True, max_length=500, verbose_name="your application"),
        ),
        migrations.AddField(
            model_name="historicalinterestform",
            name="thank_you_url",
            field=models.URLField(blank=True, max_length=500, verbose_name="thank-you address"),
        ),
        migrations.AddField(
            model_name="interestform",
            name="accent",
            field=models.CharField(
                blank=True,
                help_text="Of buttons and links, such as #0c5a63: dark enough for white text on it.",
                max_length=7,
                validators=[hcprograms.leads.models.forms.validate_accent],
                verbose_name="colour",
            ),
        ),
        migrations.AddField(
            model_name="interestform",
            name="apply_url",
            field=models.URLField(
                blank=True,
                help_text="For the kind “apply”: where applications are made. The page leads there, and counts.",
                max_length=500,
                validators=[django.core.validators.URLValidator(["https"])],
                verbose_name="your application",
            ),
        ),
        migrations.AddField(
            model_name="interestform",
            name="thank_you_url",
            field=models.URLField(
                blank=True,
                help_text="A page of your own to go on to, instead of the thank-you page here.",
                max_length=500,
                validators=[django.core.validators.URLValidator(["https"])],
                verbose_name="thank-you address",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="organisation",
            field=models.CharField(
                blank=True,
                help_text="That asks for training.",
                max_length=200,
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="people",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="people to train"
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="topics",
            field=models.TextField(blank=True, verbose_name="topics of the training"),
        ),
        migrations.AlterField(
            model_name="captureattempt",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("captured", "captured"),
                    ("repeated", "same submit again"),
                    ("invalid", "refused: errors in the form"),
                    ("stale", "refused: the form had expired"),
                    ("quarantined", "held for review"),
                    ("limited", "refused: too many"),
                    ("left", "went on to the school’s application"),
                ],
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="interestform",
            name="allowed_hosts",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Host names as in the address of the page, such as www.school.example, one per line. A port belongs to it if the address has one; * stands for any name before a dot.",
                validators=[hcprograms.leads.models.forms.validate_hosts],
                verbose_name="sites that may embed it",
            ),
        ),
        migrations.RunPython(give_way_out, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="interestform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "apply"), _negated=True),
                    models.Q(("apply_url", ""), _negated=True),
                    _connector="OR",
                ),
                name="hcp_interest_form_apply_has_address",
                violation_error_message="Give the address of your application.",
            ),
        ),
        put_back(),
    ]
