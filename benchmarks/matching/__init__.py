"""Matching beside tantivy, a Django ORM query on PostgreSQL, and bare numpy."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

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
    return Report("matching", figures, ratios, notes=[_say_where_time_goes(figures)])


def _say_where_time_goes(figures: Mapping[str, float]) -> str:
    parts = ("filter", "score", "place", "near_misses", "words")
    told = ", ".join(f"{part} {figures[f'typical_part_{part}_ms']:.2f}" for part in parts)
    return (
        f"A bare numpy filter and top ten takes {figures['numpy_typical_p50_ms']:.2f} ms,"
        f" a typical ranking in words {figures['explained_typical_p50_ms']:.2f}: {told}."
    )
