"""The adapters, each in a process with settings of its own."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def run(command, settings, tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": f"examples.{settings}.settings",
        "VAR_DIR": str(tmp_path),
    }
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=900
    )


@pytest.mark.parametrize("name", ["wagtail", "djangocms"])
def test_adapter_passes_its_tests(name, tmp_path):
    command = ["-m", "pytest", f"tests/{name}", f"--ds=examples.{name}.settings"]

    # The CMS's own deprecations are not ours to fix.
    done = run([*command, "-q", "-p", "no:cacheprovider", "-W", "default"], name, tmp_path)

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert "passed" in done.stdout


@pytest.mark.parametrize("name", ["wagtail", "djangocms", "both"])
def test_settings_are_sound_and_no_migration_is_missing(name, tmp_path):
    ours = ["hcprograms"]
    ours += ["hcprograms_wagtail", "example_wagtail"] if name in ("wagtail", "both") else []
    ours += ["hcprograms_djangocms"] if name in ("djangocms", "both") else []

    # It makes the system checks first, and fails on errors.
    done = run(["manage.py", "makemigrations", "--check", "--dry-run", *ours], name, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "No changes detected" in done.stdout
