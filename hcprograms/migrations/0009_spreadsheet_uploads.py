"""Files that wait between preview and confirmation."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("hcprograms", "0008_lead_inbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpreadsheetUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sheet", models.CharField(max_length=40, verbose_name="sheet")),
                ("name", models.CharField(max_length=200, verbose_name="name of the file")),
                ("content", models.BinaryField(verbose_name="content")),
                ("created_at", models.DateTimeField(verbose_name="uploaded at")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "uploaded spreadsheet",
                "verbose_name_plural": "uploaded spreadsheets",
                "indexes": [models.Index(fields=["created_at"], name="hcp_upload_created")],
            },
        ),
    ]
