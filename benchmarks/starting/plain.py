"""Plain Django with its admin: what a start-up is compared to."""

from project.settings.base import *

SECRET_KEY = "benchmark-only-" + "0123456789abcdef" * 3
INSTALLED_APPS = [name for name in INSTALLED_APPS if name.startswith("django.")]
MIDDLEWARE = [name for name in MIDDLEWARE if name.startswith("django.")]
ROOT_URLCONF = "benchmarks.starting.plain_urls"
