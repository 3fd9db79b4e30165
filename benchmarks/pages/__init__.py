"""What a form page costs, against the same form rendered by crispy on every request.

Both are served by one gunicorn worker and asked over one kept-alive connection, in turns. The
peer's page needs no query at all: its form is built from rows that are loaded already.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from tempfile import TemporaryDirectory

from benchmarks.report import Report
from tests.services import answers, free_port, stop, wait_until

ROUNDS = 7
SECONDS = 1.0
STARTS = 9
PAGES = {
    "form page, ours, pages/s": "/ask/benchmark/",
    "form page, crispy each time, pages/s": "/crispy/",
    "matching form, ours, pages/s": "/match/",
    "no template, pages/s": "/nothing/",
}
START = "import django; django.setup(); from django.urls import get_resolver as g; g().url_patterns"


def run() -> Report:
    with TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.pages.settings",
            "VAR_DIR": folder,
        }
        rates = measure_pages(environment)
        bound = measure_bound(environment)
        starts = measure_starts(folder)
    ours, theirs, *_others = rates.values()
    return Report(
        "pages",
        rates | bound | starts,
        {
            "form_page_vs_crispy": ours / theirs,
            "bound_form_vs_crispy": bound["bound form, ours, ms"] / bound["bound form, crispy, ms"],
            "startup_vs_admin": starts["start-up with the plugin, ms"]
            / starts["start-up with admin only, ms"],
        },
    )


def measure_pages(environment: dict[str, str]) -> dict[str, float]:
    """Pages per second, the median of interleaved rounds."""
    django = [sys.executable, "-m", "django"]
    subprocess.run([*django, "migrate", "-v0"], env=environment, check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.pages.filling"], env=environment, check=True)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()"]
        + [f"--bind=127.0.0.1:{port}", "--worker-class=gthread", "--threads=1"]
        + ["--keep-alive=60", "--no-control-socket", "--log-level=error"],
        env=environment,
    )
    try:
        wait_until(lambda: answers(port), what="the web server")
        connection = HTTPConnection("127.0.0.1", port)
        rounds: dict[str, list[float]] = {name: [] for name in PAGES}
        for path in PAGES.values():
            fetch(connection, path)
        for _round in range(ROUNDS):
            for name, path in PAGES.items():
                rounds[name].append(rate(connection, path))
        connection.close()
        return {name: statistics.median(found) for name, found in rounds.items()}
    finally:
        stop(server)


def rate(connection: HTTPConnection, path: str) -> float:
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        fetch(connection, path)
        count += 1
    return count / (time.perf_counter() - started)


def fetch(connection: HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body[:500]


def measure_bound(environment: dict[str, str]) -> dict[str, float]:
    """Milliseconds of rendering a form with errors."""
    command = [sys.executable, "-m", "benchmarks.pages.bound"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    ours, theirs = map(float, done.stdout.split())
    return {"bound form, ours, ms": ours, "bound form, crispy, ms": theirs}


def measure_starts(folder: str) -> dict[str, float]:
    """Milliseconds from nothing to a loaded URLconf, interpreter included.

    All is compiled before, as pip does it with what it installs, whatever this shell says.
    """
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}

    def start(settings: str) -> Callable[[], float]:
        def once() -> float:
            started = time.perf_counter()
            environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "VAR_DIR": folder}
            environment |= compiled
            subprocess.run([sys.executable, "-c", START], env=environment, check=True)
            return (time.perf_counter() - started) * 1000

        return once

    plain, ours = start("benchmarks.starting.plain"), start("benchmarks.starting.plugin")
    plain(), ours()
    pairs = [(plain(), ours()) for _start in range(STARTS)]
    return {
        "start-up with admin only, ms": statistics.median(pair[0] for pair in pairs),
        "start-up with the plugin, ms": statistics.median(pair[1] for pair in pairs),
    }
