"""The demo site on a database of its own, with the peer's page beside ours."""

from project.settings.base import *

SECRET_KEY = "benchmark-only-" + "0123456789abcdef" * 3
ROOT_URLCONF = "benchmarks.pages.urls"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["CONN_MAX_AGE"] = 600
