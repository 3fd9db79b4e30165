"""Matching beside tantivy, a Django ORM query on PostgreSQL, and bare numpy."""

import json
import os
import subprocess
import sys

from benchmarks.report import Report
from tests.services import running_postgres


def run() -> Report:
    """Measure in a process of its own, whose Django knows a PostgreSQL server of its own."""
    with running_postgres() as url:
        settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "project.settings.test"}
        found = subprocess.run(
            [sys.executable, "-m", "benchmarks.matching.alone"],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            check=True,
        )
    figures, ratios = json.loads(found.stdout.splitlines()[-1])
    return Report("matching", figures, ratios)
