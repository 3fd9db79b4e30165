"""The demo site in its embedded shape, as a process of its own, for a real browser."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import answers, free_port, stop, wait_until

SCHOOL = "example-valley-university"
PROGRAM = "master-of-health-administration"


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]

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


@contextmanager
def running_site(folder: Path, **settings: str) -> Iterator[Site]:
    """Run the site with the sample catalog on SQLite, with hashed and compressed static files."""
    port = free_port()
    site = Site(
        f"http://127.0.0.1:{port}",
        {
            **{key: value for key, value in os.environ.items() if key.startswith("COVERAGE_")},
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "VAR_DIR": str(folder),
            **settings,
        },
    )
    for command in ("migrate -v0", "load_reference", "load_sample", "collectstatic --no-input -v0"):
        site.manage(*command.split())
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
