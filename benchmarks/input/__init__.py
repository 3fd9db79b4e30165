"""How long bad input takes: the worst texts for every pattern, and submits that no form sends.

Each submit goes through Django's test client in one process on SQLite; the slowest of ten.
"""

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from benchmarks.report import Report
from tests.security.patterns import find_patterns, measure

LENGTHS = (1_000, 10_000, 100_000)


def run() -> Report:
    figures = {
        f"slowest of all patterns, {length:,} characters, ms": 1000
        * max(measure(one, length) for one in find_patterns())
        for length in LENGTHS
    }
    with TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.input.settings",
            "VAR_DIR": folder,
        }
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0"], env=environment, check=True
        )
        measured = subprocess.run(
            [sys.executable, "-m", "benchmarks.input.measured"],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    return Report(name="input", figures=figures | json.loads(measured.stdout), ratios={})
