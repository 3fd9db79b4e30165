"""The directory on PostgreSQL: real programs with three facets beside a page that lists 20 rows.

The real programs come from the folder DATA, laid out as the demo's (``make demo DATA=…``); without
it from ``../shared/data``, and where that is missing, from a made-up directory of the same size.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Report
from tests.services import running_postgres

ROOT = Path(__file__).resolve().parents[2]


def run() -> Report:
    """Measure each catalog in a process of its own, with a PostgreSQL server of its own."""
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    data = Path(os.environ.get("DATA") or ROOT.parent / "shared" / "data")
    for catalog in (str(data) if data.is_dir() else "3400", "100000"):
        found = _measure(catalog)
        figures |= found[0]
        ratios |= found[1]
    return Report("directory", figures, ratios)


def _measure(catalog: str) -> tuple[dict[str, float], dict[str, float]]:
    with running_postgres() as url:
        settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.directory.settings"}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.directory.alone", catalog],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            check=True,
        )
    figures, ratios = json.loads(done.stdout.splitlines()[-1])
    return figures, ratios
