"""What several tests start from, made once in a run and copied by each."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

FOLDER = "PREPARED_FOR_TESTS"


def open_folder() -> None:
    """Make the folder of this run; its workers and the processes that they start share it."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="hcp-prepared-")


def remove_folder() -> None:
    shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def copy_prepared(name: str, make: Callable[[Path], None], *, to: Path) -> None:
    """Copy into ``to`` what ``make`` wrote into a folder, the first time that it was asked for."""
    made = Path(os.environ[FOLDER], name)
    with open(f"{made}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = Path(tempfile.mkdtemp(dir=made.parent))
            make(making)
            making.rename(made)
    shutil.copytree(made, to, dirs_exist_ok=True)


def copy_example_database(name: str, *, to: Path) -> None:
    """Copy the database of an example site as its migrations leave it."""

    def make(folder: Path) -> None:
        manage(
            {"DJANGO_SETTINGS_MODULE": f"examples.{name}.settings", "VAR_DIR": str(folder)},
            "migrate -v0",
        )

    copy_prepared(name, make, to=to)


def manage(environment: Mapping[str, str], *commands: str) -> None:
    """Run commands of ``manage.py``, unmeasured; preparing proves nothing."""
    known = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    known.pop("DATABASE_URL", None)
    for command in commands:
        done = subprocess.run(
            [sys.executable, "manage.py", *command.split()],
            env={**known, **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
