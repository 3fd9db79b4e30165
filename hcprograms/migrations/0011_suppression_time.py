"""A suppression knows when it was last asked for, so that only newer requests are answered."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hcprograms", "0010_help_texts")]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="created_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, verbose_name="last asked for at"
            ),
        ),
    ]
