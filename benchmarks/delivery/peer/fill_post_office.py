"""Writes queued mails: python fill_post_office.py COUNT (runs in the peer's environment)."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "post_office_settings"
django.setup()

from post_office.models import STATUS, Email, Log  # noqa: E402

LINE = "A line of a message that is about as long as a line of text in an email is.\n"

Log.objects.all().delete()
Email.objects.all().delete()
Email.objects.bulk_create(
    [
        Email(
            from_email="admissions@school.example",
            to=["ann@school.example"],
            subject="New request",
            message=LINE * 25,
            html_message=f"<html><body><p>\n{LINE * 25}</p></body></html>\n",
            status=STATUS.queued,
            priority=2,
        )
        for _ in range(int(sys.argv[1]))
    ],
    batch_size=1000,
)
