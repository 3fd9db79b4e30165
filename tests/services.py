"""Real servers for tests, each on a free loopback port with its data in a temporary folder.

Where a program is missing, the tests that need it are skipped by name; with CI=true they fail.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LOOPBACK = "127.0.0.1"


class ProgramMissing(Exception):
    """A server's program is not installed on this machine."""


def find_program(*names: str) -> str:
    """Return the path of the first that is there, looking where Debian keeps PostgreSQL's too."""
    debian = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    places = os.pathsep.join([os.environ.get("PATH", ""), *debian])
    for path in filter(None, (shutil.which(name, path=places) for name in names)):
        return path
    raise ProgramMissing(f"{' or '.join(names)} is not installed")


@contextmanager
def skipped_if_missing() -> Iterator[None]:
    """Skip the test that needs a missing program; fail it in CI, where nothing may be missing."""
    try:
        yield
    except ProgramMissing as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], object], *, seconds: float = 60, what: str = "") -> None:
    """Return as soon as ``ready()`` is true; fail after ``seconds``."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"not ready after {seconds} s: {what or ready}")
        time.sleep(0.02)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def stop(process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """Ask a process to end, then make it."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server; yield the address of its database.

    ``durable``: it writes to disk before it answers, as in production; benchmarks need that.
    """
    initdb, postgres = find_program("initdb"), find_program("postgres")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="hcp-pg-") as folder:
        if user:
            shutil.chown(folder, user, user)
        data, port = f"{folder}/data", free_port()
        subprocess.run(
            [initdb, "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale"]
            + ["--no-sync", "--pgdata", data],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user,
            group=user,
        )
        server = subprocess.Popen(
            [postgres, "-D", data, "-p", str(port), "-h", LOOPBACK, "-k", folder]
            + ["-c", "max_connections=60"]
            + ([] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            group=user,
        )
        try:
            wait_until(lambda: answers(port), what="PostgreSQL")
            yield f"postgres://postgres@{LOOPBACK}:{port}/postgres"
        finally:
            # SIGINT is PostgreSQL's fast stop: it does not wait for clients to leave.
            server.send_signal(2)
            stop(server)


@contextmanager
def running_redis(port: int | None = None) -> Iterator[str]:
    """Run a Redis server that keeps nothing; yield its address."""
    program, port = find_program("redis-server"), port or free_port()
    with tempfile.TemporaryDirectory(prefix="hcp-redis-") as folder:
        server = subprocess.Popen(
            [program, "--bind", LOOPBACK, "--port", str(port), "--dir", folder]
            + ["--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: answers(port), what="Redis")
            yield f"redis://{LOOPBACK}:{port}/0"
        finally:
            stop(server)
