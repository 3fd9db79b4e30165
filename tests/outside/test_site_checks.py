"""What a site's own settings must be: said by ``check``, before anything fails at a visitor."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = """
from pathlib import Path
BASE_DIR = HERE = Path(__file__).parent
SECRET_KEY = "x" * 50
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.messages", "django.contrib.sessions", "django.contrib.staticfiles",
    "hcprograms"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}]
ROOT_URLCONF = "host_urls"
STATIC_URL = "static/"
ALLOWED_HOSTS = ["*"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEFAULT_FROM_EMAIL = "office@school.example"
DEFAULT_EXCEPTION_REPORTER_FILTER = (
    "hcprograms.institutions.error_reporting.PersonalDataFilter")
def sqlite(name):
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / name,
        "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
DATABASES = {"default": sqlite("default.db")}
"""
URLS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [path("admin/", admin.site.urls), path("", include("hcprograms.urls"))]
"""
ROUTER = """
class Router:
    def allow_migrate(self, db, app_label, **hints):
        return (db == "other") == (app_label in {apart})
    def _database(self, model, **hints):
        return "other" if model._meta.app_label in {apart} else "default"
    db_for_read = db_for_write = _database
"""
TWO = "DATABASES['other'] = sqlite('other.db')\nDATABASE_ROUTERS = ['host_router.Router']\n"
PEOPLE = """
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

class Person(AbstractBaseUser, PermissionsMixin):
    login = models.CharField(max_length=50, unique=True)
    {email}
    is_staff = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    USERNAME_FIELD = "login"
    objects = BaseUserManager()
    def __str__(self):
        return self.login
"""
MARIADB = """
from django.db.backends.sqlite3 import base
class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "mysql"
    display_name = "MariaDB"
"""


@pytest.fixture
def host(tmp_path):
    """A project of somebody else: ``run(settings, *arguments)`` gives code and words."""
    (tmp_path / "host_urls.py").write_text(URLS)

    def run(more, *arguments):
        (tmp_path / "host_settings.py").write_text(SETTINGS + more)
        environment = {key: text for key, text in os.environ.items() if key != "DATABASE_URL"}
        done = subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            cwd=tmp_path,
            env=environment
            | {
                "DJANGO_SETTINGS_MODULE": "host_settings",
                "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr

    run.folder = tmp_path
    return run


def test_sound_site_is_told_nothing(host):
    assert host("", "check") == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize(
    ("more", "expected", "is_error"),
    [
        ("USE_TZ = False", "hcprograms.E007", True),
        ("DEFAULT_FROM_EMAIL = 'webmaster@localhost'", "hcprograms.W006", False),
        (
            "DEFAULT_EXCEPTION_REPORTER_FILTER = 'django.views.debug.SafeExceptionReporterFilter'",
            "hcprograms.W008",
            False,
        ),
        ("DATABASES['default']['OPTIONS'] = {}", "hcprograms.W005", False),
        ("LANGUAGES = [('es', 'Spanish')]\nLANGUAGE_CODE = 'es'", "hcprograms.W007", False),
    ],
)
def test_setting_that_does_not_work_is_named(host, more, expected, is_error):
    code, words = host(more, "check")

    assert expected in words
    assert "HINT" in words
    assert (code != 0) == is_error


def test_database_of_another_kind_is_refused_before_a_table_is_made(host):
    package = host.folder / "mariadb"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "base.py").write_text(MARIADB)

    code, words = host("DATABASES['default']['ENGINE'] = 'mariadb'", "migrate")

    assert code != 0
    assert "hcprograms.E008" in words
    assert "MariaDB" in words
    with closing(sqlite3.connect(host.folder / "default.db")) as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_site_with_a_second_database_migrates_both(host):
    (host.folder / "host_router.py").write_text(ROUTER.format(apart="{'warehouse'}"))

    assert host(TWO, "migrate", "--database", "other", "-v0") == (0, "")
    assert host(TWO, "migrate", "-v0") == (0, "")
    assert host(TWO, "migrate", "--database", "other", "-v0") == (0, "")
    assert host(TWO, "load_reference")[0] == 0


def test_tables_apart_from_the_users_are_refused(host):
    (host.folder / "host_router.py").write_text(ROUTER.format(apart="{'hcprograms'}"))

    code, words = host(TWO, "check")

    assert code != 0
    assert "hcprograms.E010" in words


def make_people(host, email):
    package = host.folder / "people"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "models.py").write_text(PEOPLE.format(email=email))
    return "INSTALLED_APPS.append('people')\nAUTH_USER_MODEL = 'people.Person'\n"


def test_users_without_an_email_address_are_refused(host):
    code, words = host(make_people(host, ""), "check")

    assert code != 0
    assert "hcprograms.E009" in words


def test_users_without_names_can_be_searched_for(host):
    more = make_people(host, "email = models.EmailField(blank=True)")
    assert host(more, "makemigrations", "people", "-v0")[0] == 0
    assert host(more, "migrate", "-v0") == (0, "")
    assert host(more, "load_sample")[0] == 0
    code, words = host(
        more,
        "shell",
        "-v0",
        "-c",
        "from django.test import Client\n"
        "from people.models import Person\n"
        "root = Person.objects.create(login='root', is_superuser=True)\n"
        "client = Client()\n"
        "client.force_login(root)\n"
        "query = {'app_label': 'hcprograms', 'model_name': 'lead', 'field_name': 'assigned_to'}\n"
        "pages = [client.get('/admin/hcprograms/membership/', {'q': 'a'}),\n"
        "    client.get('/admin/autocomplete/', query | {'term': 'a'})]\n"
        "print([page.status_code for page in pages])",
    )

    assert (code, words.strip()) == (0, "[200, 200]")
