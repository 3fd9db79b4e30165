"""The wheel installs into an empty Django project with one app line and one URL line."""

import os
import subprocess
import sys
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


INSTALLED = """
HCPROGRAMS = {"SITE_URL": "https://admissions.example.edu"}
DEFAULT_FROM_EMAIL = "admissions@example.edu"
DEFAULT_EXCEPTION_REPORTER_FILTER = "hcprograms.institutions.error_reporting.PersonalDataFilter"
DATABASES["default"]["OPTIONS"] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL",
}
"""
"""The other lines of the README."""


def run(*args, cwd, **environment):
    result = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:hcprograms", *map(str, args)],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def host(wheel, tmp_path_factory):
    """Return a function that runs ``manage.py`` of a host project which has the wheel."""
    folder = tmp_path_factory.mktemp("host")
    packages = folder / "packages"
    pip_install = ["-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    run(*pip_install, "--target", packages, wheel, cwd=folder)
    run("-m", "django", "startproject", "host", folder, cwd=folder, DJANGO_SETTINGS_MODULE="")
    add(folder / "host/settings.py", "INSTALLED_APPS = [", '    "hcprograms",')
    add(folder / "host/urls.py", "urlpatterns = [", '    path("", include("hcprograms.urls")),')
    replace(folder / "host/urls.py", "import path", "import include, path")
    with open(folder / "host/settings.py", "a") as file:
        file.write(INSTALLED)

    def manage(*args):
        return run(
            *["manage.py", *args],
            cwd=folder,
            PYTHONPATH=str(packages),
            DJANGO_SETTINGS_MODULE="host.settings",
        )

    return manage


def add(path, after, line):
    replace(path, after, f"{after}\n{line}")


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_wheel_holds_the_plugin_and_nothing_else(wheel):
    names = ZipFile(wheel).namelist()

    assert {name.split("/")[0].split("-")[0] for name in names} == {"hcprograms"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig"))]


@pytest.mark.parametrize(
    "folder", ["migrations", "reference", "static/hcprograms", "templates/hcprograms"]
)
def test_wheel_holds_every_file_of(wheel, folder):
    wanted = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "hcprograms" / folder).rglob("*.*")
        if "__pycache__" not in path.parts
    }

    assert wanted
    assert wanted <= set(ZipFile(wheel).namelist())


def test_wheel_says_what_it_needs(wheel):
    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra" not in line]

    assert metadata["Requires-Python"] == ">=3.11"
    assert "django<6.2,>=5.2.16" in needed
    others = [line for line in needed if not line.startswith("django<")]
    assert not [line for line in others if "<" in line or "==" in line]


def test_host_uses_the_wheel(host):
    place = host("shell", "-v0", "-c", "import hcprograms; print(hcprograms.__file__)")

    assert "/packages/hcprograms/" in place


def test_host_passes_check(host):
    assert host("check") == "System check identified no issues (0 silenced).\n"


def test_host_migrates_and_has_nothing_left_to_migrate(host):
    host("migrate", "-v0")

    assert host("makemigrations", "--check", "--dry-run") == "No changes detected\n"


def test_host_loads_the_reference_data_and_shows_the_first_page(host):
    host("migrate", "-v0")
    host("load_reference")

    page = host(
        "shell",
        "-v0",
        "-c",
        "from django.test import Client\n"
        "from django.urls import reverse\n"
        "response = Client(SERVER_NAME='localhost').get(reverse('hcprograms:match'))\n"
        "print(response.status_code, len(response.cookies))",
    )

    assert page.split() == ["200", "0"]
