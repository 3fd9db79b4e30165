"""How long staff wait for the inbox of an institution with 100,000 leads, on PostgreSQL.

Each page is asked for by Django's test client in one process, signed in as a manager: all of the
request is measured, the network is not. Medians of the requests in milliseconds.
"""

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from benchmarks.report import Report
from tests.services import running_postgres

LEADS = 100_000
REQUESTS = 25


def run(leads: int = LEADS, requests: int = REQUESTS) -> Report:
    with running_postgres(durable=True) as postgres, TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.inbox.settings",
            "DATABASE_URL": postgres,
            "VAR_DIR": folder,
        }
        django = [sys.executable, "-m", "django"]
        subprocess.run([*django, "migrate", "-v0"], env=environment, check=True)
        measured = subprocess.run(
            [sys.executable, "-m", "benchmarks.inbox.measured", str(leads), str(requests)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    return Report(name="inbox", figures=json.loads(measured.stdout), ratios={})
