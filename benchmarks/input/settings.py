"""The demo site's settings on a database in a file of the benchmark's own."""

from project.settings.test import *

DATABASES["default"]["NAME"] = VAR / "bench.sqlite3"
