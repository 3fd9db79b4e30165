"""What importing the public files whole costs, and a spreadsheet of start dates beside its peer.

Each command is a process of its own on PostgreSQL; its time is from start to exit and its memory
the highest that the system counted for it. The peer is django-import-export as it comes, with
``full_clean`` switched on, on the same rows.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Report
from tests.catalog.public_data import DATA
from tests.services import running_postgres

LIMIT_SECONDS, LIMIT_MB = 60, 300
COMMANDS = {
    "scorecard": (
        "import_scorecard",
        "--institutions=scorecard/MERGED2023_24_PP.selected_columns.csv",
        "--field-of-study=scorecard/FieldOfStudyData1516_1617_PP.cip5107_5127.csv",
        "--tuition=ipeds/ic_ay.tuition.slice.csv",
    ),
    "occupations": (
        "import_occupations",
        "--onet=onet_29_3",
        "--crosswalk=cip_soc/CIP2020_SOC2018_Crosswalk.csv",
        "--wages=bls_oews/oews_national_roles.csv",
    ),
    "dapip": (
        "import_dapip",
        "--records=dapip/AccreditationRecords.cahme_ceph_institutional.csv",
        "--campuses=dapip/InstituteCampuses.slice.csv",
        "--actions=dapip/AccreditationActions.slice.csv",
    ),
}


def run() -> Report:
    if not DATA.is_dir():
        sys.exit(f"The public data are not at {DATA}: set HCPROGRAMS_DATA.")
    with running_postgres() as url:
        environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "project.settings.test",
        }
        for step in ("migrate", "load_reference"):
            measure([sys.executable, "manage.py", step, "--verbosity=0"], environment)
        found = {name: import_files(name, environment) for name in COMMANDS}
        again = {name: import_files(name, environment) for name in COMMANDS}
        peers = measure_spreadsheets(environment)
    seconds = sum(second for second, _peak in found.values())
    peak = max(peak for _second, peak in [*found.values(), *again.values()])
    print(f"whole folder: {seconds:.1f} s of {LIMIT_SECONDS}, {peak:.0f} MB of {LIMIT_MB}")
    return Report(
        "imports",
        figures={
            "whole_seconds": seconds,
            "whole_again_seconds": sum(second for second, _peak in again.values()),
            "peak_mb": peak,
            **{f"{name}_seconds": second for name, (second, _peak) in found.items()},
            **{f"{name}_peak_mb": peak for name, (_second, peak) in found.items()},
            **peers,
        },
        ratios={
            "seconds_vs_limit": seconds / LIMIT_SECONDS,
            "peak_vs_limit": peak / LIMIT_MB,
            "spreadsheet_vs_import_export": peers["spreadsheet_seconds"]
            / peers["import_export_seconds"],
        },
    )


def import_files(name: str, environment: dict[str, str]) -> tuple[float, float]:
    """Run one importer on the real files. Returns seconds and megabytes."""
    command, *files = COMMANDS[name]
    options = [f"{option}={DATA / path}" for option, _is, path in map(split_option, files)]
    line = [sys.executable, "manage.py", command, *options, "--verbosity=0"]
    seconds, peak = measure(line, environment)
    print(f"{name:<14}{seconds:>8.1f} s{peak:>8.0f} MB", flush=True)
    return seconds, peak


def split_option(text: str) -> tuple[str, str, str]:
    return text.partition("=")


def measure(line: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and highest resident megabytes of a child process, which must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(line, env=environment, cwd=Path(__file__).parents[2])
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, line)
    return seconds, megabytes(used)


def megabytes(used: resource.struct_rusage) -> float:
    """Linux counts kilobytes, macOS bytes."""
    return used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def measure_spreadsheets(environment: dict[str, str]) -> dict[str, float]:
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.imports.alone"],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return figures
