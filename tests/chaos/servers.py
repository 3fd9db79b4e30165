"""The database and the broker of a broken site, on an address of its own."""

import os
import subprocess
from pathlib import Path

from tests.chaos.processes import Process
from tests.services import LOOPBACK, find_program

NETWORKS = "10.0.0.0/8"
"""Where the machines of network namespaces live."""


def database_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def create_cluster(home: Path) -> None:
    """Write an empty database cluster into ``home/data``."""
    user = database_user()
    subprocess.run(
        [find_program("initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8"]
        + ["--no-locale", "--no-sync", "--pgdata", str(home / "data")],
        check=True,
        capture_output=True,
        cwd=home,
        user=user,
        group=user,
    )
    with open(home / "data" / "pg_hba.conf", "a") as rules:
        rules.write(f"host all all {NETWORKS} trust\n")


def make_postgres(home: Path, *, port: int, log: Path, host: str = LOOPBACK) -> Process:
    command = [find_program("postgres"), "-D", str(home / "data"), "-h", host, "-p", str(port)]
    command += ["-k", str(home)]
    for setting in ("max_connections=60", "fsync=off", "max_wal_size=64MB", "min_wal_size=32MB"):
        command += ["-c", setting]
    return Process("postgres", command, log, dict(os.environ), database_user())


def make_redis(folder: Path, *, port: int, log: Path, host: str = LOOPBACK) -> Process:
    """A broker that keeps nothing, unless ``--appendonly`` is added to its command."""
    command = [find_program("redis-server"), "--bind", host, "--port", str(port)]
    command += ["--dir", str(folder), "--save", "", "--protected-mode", "no"]
    return Process("redis", command, log, dict(os.environ))
