"""The embedded default as processes: SQLite, one web server with 16 threads, and a runner."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.chaos.ledger import Ledger
from tests.chaos.people import Address
from tests.chaos.plant import START_SECONDS, answers_at
from tests.chaos.processes import Process
from tests.production import SECRET_KEY
from tests.services import LOOPBACK, free_port, wait_until
from tests.smtp import SmtpSink

FILE = "hcprograms.sqlite3"


class Embedded:
    """Two web processes with eight threads each: sixteen writers of one file."""

    def __init__(self, folder: Path, sink: SmtpSink, made: Path) -> None:
        self.folder, self.sink, self.port = folder, sink, free_port()
        for part in made.glob(f"sqlite/{FILE}*"):
            shutil.copy(part, folder)
        self.env = _environment(folder, sink)
        self.ledger = Ledger(lambda: sqlite3.connect(folder / FILE, timeout=20), placeholder="?")
        web = ["gunicorn", "project.wsgi", "--bind", f"{LOOPBACK}:{self.port}"]
        web += ["--workers=2", "--threads=8", "--no-control-socket"]
        self.web = self._make("web", *web)
        self.runner = self._make("runner", "django", "deliver_followups", "--forever")

    @property
    def addresses(self) -> list[Address]:
        return [(LOOPBACK, self.port)]

    @property
    def services(self) -> list[Process]:
        return [self.web, self.runner]

    def start_all(self) -> None:
        for process in self.services:
            process.start()
        wait_until(lambda: answers_at(self.addresses[0]), seconds=START_SECONDS, what="the site")

    def stop_spares(self) -> None:
        pass

    def stop_all(self) -> None:
        self.runner.kill()
        self.web.kill()

    def _make(self, name: str, module: str, *args: str) -> Process:
        command = [sys.executable, "-m", module, *args]
        return Process(name, command, self.folder / f"{name}.log", self.env)


def prepare_sqlite(made: Path) -> None:
    folder = made / "sqlite"
    folder.mkdir()
    env = _environment(folder, SmtpSink(1))
    make = "from tests.chaos.school import make; make()"
    for args in (["migrate", "-v0"], ["shell", "-v0", "-c", make]):
        subprocess.run([sys.executable, "manage.py", *args], env=env, check=True)


def _environment(folder: Path, sink: SmtpSink) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.getcwd(),
        "DJANGO_SETTINGS_MODULE": "tests.chaos.plain",
        "SECRET_KEY": SECRET_KEY,
        "SITE_URL": "https://localhost",
        "VAR_DIR": str(folder),
        "SMTP_PORT": str(sink.port),
    }
