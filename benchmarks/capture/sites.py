"""The contestants: each a gunicorn with two sync workers and kept connections."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.capture.load import Target
from benchmarks.peers import HOME, install_peer
from tests.production import SECRET_KEY
from tests.services import LOOPBACK, answers, free_port, stop, wait_until

PEER = Path(__file__).parent / "peer"
ROOT = Path(__file__).parent.parent.parent
CSRF = r'name="csrfmiddlewaretoken" value="([^"]+)"'
TYPED = {
    "phone": "(303) 555-0123",
    "country": "US",
    "state": "CO",
    "education": "bachelor",
    "military": "none",
    "start_from": "2027-09",
    "best_time": "morning",
    "message": "Is the program open to people who work at night? " * 4,
    "consent_email": "on",
}


@contextmanager
def ours(postgres: str, redis: str) -> Iterator[tuple[Target, str]]:
    """The plugin with production's settings."""
    HOME.mkdir(parents=True, exist_ok=True)
    database = _new_database(postgres, "capture_ours")
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.capture.settings",
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "https://localhost",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "EMAIL_URL": f"smtp://{LOOPBACK}:1",
        "VAR_DIR": str(HOME),
        "PYTHONPATH": f"{ROOT}:{PEER}",
    }
    _run(sys.executable, env, "-m", "django", "migrate", "-v0")
    code = "from benchmarks.capture.filling import make_school; print(make_school())"
    offering = _run(sys.executable, env, "-m", "django", "shell", "-v0", "-c", code).strip()
    with _served(sys.executable, env) as port:
        target = Target(
            port=port,
            path="/ask/bench/",
            fields=TYPED | {"offerings": offering},
            token=r'name="token" value="([^"]+)"',
            done=b"HTTP/1.1 303",
            headers=("X-Forwarded-Proto: https",),
        )
        yield target, f"{database}?table=hcprograms_lead"
        _check_whole(database)


@contextmanager
def plain_django(postgres: str) -> Iterator[tuple[Target, str]]:
    """One ModelForm, one INSERT: the floor of the framework."""
    env, database = _peer_env(postgres, "capture_plain", "plain.settings")
    _run(sys.executable, env, "-m", "django", "migrate", "-v0", "--run-syncdb")
    with _served(sys.executable, env) as port:
        target = Target(port, "/ask/", TYPED | {"offerings": "x" * 36}, CSRF, b"HTTP/1.1 302")
        yield target, f"{database}?table=plain_request"


@contextmanager
def wagtail(postgres: str) -> Iterator[tuple[Target, str]]:
    """wagtail.contrib.forms; a good submit is answered with the landing page."""
    python = str(install_peer("wagtail", "wagtail==8.0.*", *SERVER))
    env, database = _peer_env(postgres, "capture_wagtail", "wagtail_site.settings")
    _run(python, env, "-m", "django", "migrate", "-v0", "--run-syncdb")
    _run(python, env, "wagtail_site/fill.py")
    with _served(python, env) as port:
        target = Target(port, "/", TYPED | {"offerings": "x" * 36}, CSRF, b"HTTP/1.1 200")
        yield target, f"{database}?table=wagtailforms_formsubmission"


@contextmanager
def fobi(postgres: str) -> Iterator[tuple[Target, str]]:
    """django-fobi with its handler that stores submissions."""
    python = str(install_peer("fobi", "django-fobi==0.19.*", "django==5.0.*", *SERVER))
    env, database = _peer_env(postgres, "capture_fobi", "fobi_site.settings")
    _run(python, env, "-m", "django", "migrate", "-v0", "--run-syncdb")
    _run(python, env, "fobi_site/fill.py")
    with _served(python, env) as port:
        target = Target(
            port, "/fobi/view/ask/", TYPED | {"offerings": "x" * 36}, CSRF, b"HTTP/1.1 302"
        )
        yield target, f"{database}?table=db_store_savedformdataentry"


SERVER = ("psycopg[binary]", "gunicorn")


def count_rows(place: str) -> int:
    database, _, table = place.partition("?table=")
    with psycopg.connect(database) as connection:
        query: Any = f'SELECT count(*) FROM "{table}"'
        (count,) = connection.execute(query).fetchone() or (0,)
        return int(count)


def _check_whole(database: str) -> None:
    """Every lead is given to an advisor, with its choice, consents, timeline, log and follow-ups.

    Held for review it would be written sooner, and would say nothing.
    """
    parts = {"leadchoice": 1, "consent": 3, "leadevent": 2, "captureattempt": 1, "followup": 5}
    counts = " AND ".join(
        f"(SELECT count(*) FROM hcprograms_{table} part WHERE part.lead_id = lead.id) = {count}"
        for table, count in parts.items()
    )
    query: Any = f"""SELECT count(*) FROM hcprograms_lead lead
        WHERE NOT (assigned_to_id IS NOT NULL AND {counts})"""
    with psycopg.connect(database) as connection:
        (lacking,) = connection.execute(query).fetchone() or (0,)
    if lacking:
        raise RuntimeError(f"ours: {lacking} leads are not whole")


def _peer_env(postgres: str, name: str, settings: str) -> tuple[dict[str, str], str]:
    database = _new_database(postgres, name)
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PEER),
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": database,
    }
    return env, database


@contextmanager
def _served(python: str, env: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [python, "-m", "gunicorn", "serve", "--workers=2", f"--bind={LOOPBACK}:{port}"]
    server = subprocess.Popen([*command, "--no-control-socket"], env=env, cwd=PEER, stderr=None)
    try:
        wait_until(lambda: answers(port), what="gunicorn")
        yield port
    finally:
        stop(server)


def _run(python: str, env: dict[str, str], *args: str) -> str:
    done = subprocess.run([python, *args], env=env, cwd=PEER, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{args} failed")
    return done.stdout


def _new_database(server: str, name: str) -> str:
    wait_until(lambda: _is_ready(server), what="PostgreSQL")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def _is_ready(server: str) -> bool:
    try:
        psycopg.connect(server).close()
    except psycopg.OperationalError:
        return False
    return True
