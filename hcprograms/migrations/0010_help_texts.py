"""Help texts in the words of the field; no table changes."""

import django.db.models.deletion
from django.db import migrations, models

import hcprograms.catalog.days


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0009_spreadsheet_uploads"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accreditationrecord",
            name="effective_on",
            field=models.DateField(
                help_text="The day of the accreditor’s action, as its letter or list gives it.",
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="in force from",
            ),
        ),
        migrations.AlterField(
            model_name="accreditationrecord",
            name="evidence_url",
            field=models.URLField(
                blank=True,
                help_text="The accreditor’s own page or letter. The public badge links to it.",
                max_length=500,
                verbose_name="evidence",
            ),
        ),
        migrations.AlterField(
            model_name="accreditationrecord",
            name="verified_on",
            field=models.DateField(
                blank=True,
                help_text="When somebody last saw it there with their own eyes.",
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="last verified on",
            ),
        ),
        migrations.AlterField(
            model_name="intake",
            name="apply_by",
            field=models.DateField(
                blank=True,
                help_text="The last day. Empty: until it starts.",
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="apply by",
            ),
        ),
        migrations.AlterField(
            model_name="licensuredisclosure",
            name="finding",
            field=models.CharField(
                choices=[
                    ("meets", "meets the requirements"),
                    ("does_not_meet", "does not meet the requirements"),
                    ("undetermined", "not determined"),
                ],
                help_text="Whether the program meets the state’s educational requirements.",
                max_length=14,
                verbose_name="finding",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="campus",
            field=models.ForeignKey(
                blank=True,
                help_text="Where it is taught. Empty: fully online, or not published.",
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="offerings",
                to="hcprograms.campus",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="credits",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="In all, in the credits that the price is per.",
                max_digits=5,
                null=True,
                verbose_name="credits",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="delivery",
            field=models.CharField(
                blank=True,
                choices=[
                    ("online", "online"),
                    ("hybrid", "hybrid"),
                    ("campus", "on campus"),
                    ("", "not published"),
                ],
                help_text="Hybrid: some of it must be attended on campus.",
                max_length=8,
                verbose_name="delivery",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="duration_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="From the first day to the degree, at the usual pace.",
                null=True,
                verbose_name="months",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="fees_total",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Every fee that one must pay until the end. 0 means none.",
                max_digits=9,
                null=True,
                verbose_name="fees in all",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="max_transfer_credits",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="At most. 0 means none; empty means not published.",
                max_digits=5,
                null=True,
                verbose_name="credits that may transfer in",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="price_as_of",
            field=models.DateField(
                blank=True,
                help_text="The day on which somebody last compared it with its source.",
                null=True,
                validators=[hcprograms.catalog.days.validate_day],
                verbose_name="price as of",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="price_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not published"),
                    ("credit", "per credit"),
                    ("term", "per term"),
                    ("total", "for the whole program"),
                ],
                default="",
                help_text="What one price buys. The cost in all is computed from it.",
                max_length=8,
                verbose_name="price is",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="price_military",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Only where it differs.",
                max_digits=9,
                null=True,
                verbose_name="price with military benefits",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="price_resident",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Only where it differs.",
                max_digits=9,
                null=True,
                verbose_name="price for residents of the state",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="price_source_url",
            field=models.URLField(
                blank=True,
                help_text="Linked beside the price.",
                max_length=500,
                verbose_name="where the price is published",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="state_rule",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not published"),
                    ("all", "all states"),
                    ("only", "only the states listed"),
                    ("except", "all but the states listed"),
                ],
                default="",
                help_text="Where the school may enrol people for this offering.",
                max_length=8,
                verbose_name="open to residents of",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="status",
            field=models.CharField(
                choices=[("draft", "draft"), ("published", "published"), ("retired", "retired")],
                default="published",
                help_text="The public sees it while its program is published too.",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="offering",
            name="terms",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="How many one pays for, where the price is per term.",
                null=True,
                verbose_name="terms",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="concentration",
            field=models.CharField(
                blank=True,
                help_text="The specialization on the diploma, if the program has one.",
                max_length=150,
                verbose_name="concentration",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="For its own page. Everything in it must be true of every offering.",
                verbose_name="description",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="level",
            field=models.CharField(
                choices=[
                    ("certificate", "undergraduate certificate"),
                    ("associate", "associate degree"),
                    ("bachelor", "bachelor’s degree"),
                    ("postbaccalaureate", "post-baccalaureate certificate"),
                    ("master", "master’s degree"),
                    ("graduate_certificate", "graduate certificate"),
                    ("doctorate", "doctorate"),
                ],
                help_text="What it ends with. CAHME accredits at the master’s level only.",
                max_length=20,
                verbose_name="level",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="name",
            field=models.CharField(
                help_text="As on the diploma, without the award: Master of Health Administration.",
                max_length=250,
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="slug",
            field=models.SlugField(
                help_text="The end of the page’s address; links to it break if it changes.",
                max_length=150,
                verbose_name="slug",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="status",
            field=models.CharField(
                choices=[("draft", "draft"), ("published", "published"), ("retired", "retired")],
                default="draft",
                help_text="The public sees published programs only.",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="program",
            name="summary",
            field=models.CharField(
                blank=True,
                help_text="One sentence for lists and search engines. No promise of work or pay.",
                max_length=300,
                verbose_name="summary",
            ),
        ),
        migrations.AlterField(
            model_name="roleevidence",
            name="reason",
            field=models.CharField(
                blank=True,
                help_text="Why the institution sees it so; shown on its pages beside the sources.",
                max_length=300,
                verbose_name="reason",
            ),
        ),
    ]
