"""What a process of a site loads before anybody asks it for anything."""

import os
import subprocess
import sys

HEAVY = {
    "altcha",
    "celery",
    "crispy_forms",
    "css_inline",
    "holidays",
    "icalendar",
    "import_export",
    "kombu",
    "markdown_it",
    "openpyxl",
    "phonenumbers",
    "redis",
    "tablib",
}
START = """
import sys, django
django.setup()
print(*sys.modules)
"""


def load(tmp_path, code=START):
    settings = {"DJANGO_SETTINGS_MODULE": "examples.plain.settings", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_start_loads_no_heavy_library(tmp_path):
    loaded = load(tmp_path)

    assert "hcprograms.models" in loaded
    assert HEAVY.intersection(loaded) == set()
