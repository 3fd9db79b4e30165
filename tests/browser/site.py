"""The demo site in its embedded shape, as a process of its own, for a real browser."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from tests.prepared import copy_prepared, manage
from tests.services import answers, free_port, stop, wait_until

SCHOOL = "example-valley-university"
PROGRAM = "master-of-health-administration"
COMMANDS = ["migrate -v0", "load_reference", "load_sample", "collectstatic --no-input -v0"]


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]

    @property
    def database(self) -> Path:
        return Path(self.environment["VAR_DIR"], "hcprograms.sqlite3")

    def manage(self, *args: str) -> str:
        """Run ``manage.py`` on the site's own database; return what it printed."""
        result = subprocess.run(
            [sys.executable, "manage.py", *args],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def query(file: Path, sql: str, *values: Any) -> list[Any]:
    """Ask, or change, the database of a running site without starting a process for it."""
    database = sqlite3.connect(file, timeout=20)
    try:
        with database:
            return database.execute(sql, values).fetchall()
    finally:
        database.close()


def read_leads(file: Path) -> dict[str, dict[str, str]]:
    """The name of each lead, and where it came from."""
    rows = query(file, "SELECT name, attribution FROM hcprograms_lead ORDER BY id")
    return {name: json.loads(attribution) for name, attribution in rows}


def read_link(site: Site, part: str, address: str) -> str:
    """Send what is due; return the link with this part in the newest mail to an address."""
    site.manage("deliver_followups", "--once")
    for file in sorted(Path(site.environment["VAR_DIR"], "mail").glob("*.eml"), reverse=True):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        if address in mail["To"] and body is not None:
            found = re.search(rf"{re.escape(site.url)}{re.escape(part)}\S+", body.get_content())
            if found:
                return found[0]
    raise AssertionError(f"no mail to {address} with a link to {part}")


@contextmanager
def running_site(folder: Path, **settings: str) -> Iterator[Site]:
    """Run the site with the sample catalog on SQLite, with hashed and compressed static files."""
    port = free_port()
    site = Site(
        f"http://127.0.0.1:{port}",
        {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "VAR_DIR": str(folder),
            **settings,
        },
    )
    copy_prepared("project", make_site, to=folder)
    web = ["gunicorn", "project.wsgi", f"--bind=127.0.0.1:{port}", "--workers=1", "--threads=4"]
    with open(folder / "web.log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *web, "--no-control-socket"],
            env=site.environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: answers(port), what="the web server")
        yield site
    finally:
        stop(process)


def make_site(folder: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "project.settings", "VAR_DIR": str(folder)}
    manage(settings, *COMMANDS)
