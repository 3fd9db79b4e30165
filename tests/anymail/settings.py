"""The test site with a mail provider."""

import os

from project.settings.test import *

INSTALLED_APPS = [*INSTALLED_APPS, "anymail", "hcprograms.contrib.anymail"]
ROOT_URLCONF = "tests.anymail.urls"
ANYMAIL = {"WEBHOOK_SECRET": os.environ.get("SECRET_OF_TEST", "")}
