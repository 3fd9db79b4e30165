"""The embedded default, SQLite and a runner, with a mail server and the shorter lease."""

from project.settings.base import *

MAILBOX = ""
EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", env.int("SMTP_PORT")
HCPROGRAMS |= {"LEASE_SECONDS": 10, "SEND_DEADLINE_SECONDS": 3, "SUBMITS_PER_HOUR": 0}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
