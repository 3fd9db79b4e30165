"""Proofs of work that were handed in, and requests that were asked for one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hcprograms", "0021_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpentProof",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=128, primary_key=True, serialize=False),
                ),
                ("submission_id", models.UUIDField()),
                ("spent_at", models.DateTimeField(verbose_name="spent at")),
            ],
            options={
                "verbose_name": "spent proof of work",
                "verbose_name_plural": "spent proofs of work",
                "indexes": [models.Index(fields=["spent_at"], name="hcp_spent_proof_old")],
            },
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
                    ("asked", "asked for a proof of work"),
                    ("left", "went on to the school’s application"),
                ],
                max_length=12,
                verbose_name="outcome",
            ),
        ),
    ]
