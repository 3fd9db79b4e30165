"""The demo site as it runs in production: TLS, PostgreSQL, Redis, a worker and beat, real mail."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.services import answers, find_program, free_port, stop, wait_until

SECRET_KEY = "only-for-tests-" + "k3#xyz" * 8


@dataclass(frozen=True)
class Site:
    """A running site; ``port`` speaks HTTPS with a certificate that nobody signed."""

    port: int
    folder: Path
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def manage(self, *args: str) -> str:
        """Run ``manage.py`` on the site's own settings; return what it printed."""
        result = subprocess.run(
            [sys.executable, "manage.py", *args],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def said(self) -> str:
        """Return all that the site's processes printed."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def start(self, name: str, *args: str) -> subprocess.Popen[bytes]:
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *args], env=self.environment, stdout=log, stderr=log
            )


@contextmanager
def running_site(*, folder: Path, postgres: str, redis: str, smtp: str) -> Iterator[Site]:
    """Run web, worker and beat on a new database of the given server, with the sample catalog."""
    port = free_port()
    site = Site(
        port,
        folder,
        environment={
            "PATH": os.environ["PATH"],
            **{key: value for key, value in os.environ.items() if key.startswith("COVERAGE_")},
            "DJANGO_SETTINGS_MODULE": "project.settings.production",
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": f"https://localhost:{port}",
            "DATABASE_URL": _new_database(postgres),
            "REDIS_URL": redis,
            "EMAIL_URL": smtp,
            "VAR_DIR": str(folder),
        },
    )
    certificate = _certificate(folder)
    site.manage("migrate", "-v0")
    site.manage("load_reference")
    site.manage("load_sample")
    site.manage("collectstatic", "--no-input", "-v0")
    tls = [f"--certfile={certificate}", f"--keyfile={certificate}"]
    # A thread for each connection: a browser opens some ahead of time and says nothing on them, and
    # gunicorn keeps a thread waiting for each. Of four none may be left for the next page; a real
    # site's proxy keeps such connections to itself.
    web = ["--bind", f"127.0.0.1:{port}", "--workers=2", "--threads=32", "--no-control-socket"]
    celery = ["celery", "-A", "project.celery"]
    with ExitStack() as processes:
        for name, *command in (
            ("web", "gunicorn", "project.wsgi", *web, *tls),
            ("worker", *celery, "worker", "--concurrency=1", "--loglevel=INFO"),
            ("beat", *celery, "beat"),
        ):
            processes.callback(stop, site.start(name, *command))
        wait_until(lambda: answers(port), what="the web server")
        wait_until(lambda: "ready." in site.said(), what="the worker")
        yield site


def _new_database(server: str) -> str:
    name = f"site_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def _certificate(folder: Path) -> Path:
    """Make a key and a certificate for localhost, both in one file."""
    path = folder / "localhost.pem"
    subprocess.run(
        [find_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-keyout", str(path), "-out", f"{path}.crt"],
        check=True,
        capture_output=True,
    )
    with open(path, "a") as both:
        both.write(Path(f"{path}.crt").read_text())
    return path
