"""Whether an institution closes on public holidays."""

from django.db import migrations, models

from hcprograms.migrations._triggers import lift, put_back


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0015_training_and_ways"),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name="historicalinstitution",
            name="closes_on_holidays",
            field=models.BooleanField(default=False, verbose_name="closed on public holidays"),
        ),
        migrations.AddField(
            model_name="institution",
            name="closes_on_holidays",
            field=models.BooleanField(
                default=False,
                help_text="Those of its country and state. Other days off are closures, below.",
                verbose_name="closed on public holidays",
            ),
        ),
        put_back(),
    ]
