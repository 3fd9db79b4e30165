"""The embedded default as processes of its own: SQLite in a file, and a real mail server."""

from project.settings.base import *

MAILBOX = ""
EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", env.int("SMTP_PORT")
HCPROGRAMS |= {"SITE_URL": "https://admissions.example", "LEASE_SECONDS": 10}
HCPROGRAMS |= {"SEND_DEADLINE_SECONDS": 4}
