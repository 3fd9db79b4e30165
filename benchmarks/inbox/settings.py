"""The demo site's settings on the benchmark's database."""

from project.settings.test import *

DATABASES = {"default": env.db_url("DATABASE_URL") | {"CONN_MAX_AGE": 600}}
