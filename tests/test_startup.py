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
    "numpy",
    "openpyxl",
    "phonenumbers",
    "redis",
    "tablib",
}
PAGES = ("hcprograms.matching.views", "hcprograms.leads.views", "hcprograms.contrib.embed.views")
START = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(*sys.modules)
"""


def load(tmp_path, code=""):
    """The modules loaded once the addresses are known, and after this code."""
    settings = {"DJANGO_SETTINGS_MODULE": "examples.plain.settings", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", START + code],
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_start_loads_no_heavy_library_and_no_public_page(tmp_path):
    (loaded,) = load(tmp_path)

    assert "hcprograms.models" in loaded.split()
    assert HEAVY.intersection(loaded.split()) == set()
    assert not [one for one in loaded.split() if one.startswith(PAGES)]


def test_every_address_has_its_view_and_its_marks(tmp_path):
    """A name in ``urls.py`` that leads nowhere would show with the first visitor only."""
    views = "from hcprograms.urls import urlpatterns\nfor one in urlpatterns:\n"

    _loaded, *views = load(
        tmp_path,
        f"{views}    print(one.name, callable(one.callback._view), hasattr(one.callback, 'x'),"
        " getattr(one.callback, 'csrf_exempt', False))",
    )

    assert {one.split(maxsplit=1)[1] for one in views} == {"True False False", "True False True"}
    assert "ask True False True" in views
    assert "match True False False" in views
