"""A production site starts with usable settings, or says in plain words why not."""

import os
import socket
import subprocess
import sys

import pytest

from project.settings.environment import read_production
from tests.services import LOOPBACK

GOOD = {
    "SECRET_KEY": "k3#" * 20 + "abcdef",
    "ALLOWED_HOSTS": "admissions.example.edu, www.example.edu",
    "DATABASE_URL": "postgres://site:pa%40ss@db.example.edu:5432/site",
    "REDIS_URL": "redis://redis.example.edu:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.edu:587",
    "SITE_URL": "https://admissions.example.edu/",
}


@pytest.fixture
def problems_of(capsys):
    def read(**changes):
        with pytest.raises(SystemExit):
            read_production(GOOD | changes)
        return capsys.readouterr().err.splitlines()[1:]

    return read


def manage(*args, **environment):
    return run("manage.py", *args, **environment)


def run(*args, **environment):
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", *args],
        env=kept | {"DJANGO_SETTINGS_MODULE": "project.settings.production"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_read_production_gives_what_the_environment_says():
    production = read_production(GOOD)

    assert production.allowed_hosts == ["admissions.example.edu", "www.example.edu"]
    assert production.database["PASSWORD"] == "pa@ss"
    assert production.email["EMAIL_USE_TLS"] is True
    assert production.site_url == "https://admissions.example.edu"
    assert production.default_from_email == "admissions@admissions.example.edu"


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_is_named(problems_of, name):
    (problem,) = problems_of(**{name: ""})

    assert problem.startswith(f"  {name}: missing; give ")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "short", "too weak"),
        ("SECRET_KEY", "ab" * 40, "too weak"),
        ("SECRET_KEY", "django-insecure-" + "k3#xyz" * 10, "too weak"),
        ("ALLOWED_HOSTS", "*", "not allowed"),
        ("ALLOWED_HOSTS", "https://admissions.example.edu", "not allowed"),
        ("ALLOWED_HOSTS", ",", "not allowed"),
        ("DATABASE_URL", "sqlite:///site.sqlite3", "must start with postgres://"),
        ("DATABASE_URL", "postgres://db.example.edu", "names no database"),
        ("DATABASE_URL", "postgres://u:p4ss@db:port/site", "is not an address"),
        ("REDIS_URL", "localhost:6379", "must start with redis://"),
        ("EMAIL_URL", "mail.example.edu", "must start with smtp://"),
        ("EMAIL_URL", "smtp://", "names no host"),
        ("SITE_URL", "http://admissions.example.edu", "must start with https://"),
        ("SITE_URL", "https://admissions.example.edu/apply", "is not a plain site address"),
        ("SITE_URL", "https://elsewhere.example.edu", "is not one of ALLOWED_HOSTS"),
        ("DEFAULT_FROM_EMAIL", "Admissions", "is not a sender"),
        ("TRUSTED_PROXIES", "-1", "is not a number"),
    ],
)
def test_a_weak_variable_is_named_and_its_value_kept_secret(problems_of, name, value, says):
    (problem,) = problems_of(**{name: value})

    assert problem.startswith(f"  {name}: ")
    assert says in problem
    assert "p4ss" not in problem


def test_everything_that_is_wrong_is_said_at_once():
    result = manage("check", SITE_URL="http://x")

    assert result.returncode == 3
    assert [line.split(":")[0].strip() for line in result.stderr.splitlines()] == [
        "This site cannot start",
        "SITE_URL",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
    ]


def test_gunicorn_gives_up_on_a_wrong_environment():
    result = run("-m", "gunicorn", "project.wsgi", "--bind=127.0.0.1:0", "--no-control-socket")

    assert result.returncode == 3
    assert result.stderr.count("This site cannot start:") == 1


def test_wake_up_gives_up_soon_on_a_redis_that_hangs():
    script = (
        "import time; from project.celery import wake_up; began = time.monotonic()\n"
        "try: wake_up()\n"
        "except Exception as error: print(type(error).__name__, time.monotonic() - began)"
    )
    with socket.create_server((LOOPBACK, 0)) as silent:
        redis = f"redis://{LOOPBACK}:{silent.getsockname()[1]}/0"
        result = manage("shell", "-v0", "-c", script, **GOOD | {"REDIS_URL": redis})

    error, seconds = result.stdout.split()
    assert error == "OperationalError"
    assert 0.4 < float(seconds) < 20


def test_check_deploy_is_clean():
    result = manage("check", "--deploy", "--fail-level", "INFO", **GOOD)

    assert result.stderr + result.stdout == "System check identified no issues (0 silenced).\n"
    assert result.returncode == 0
