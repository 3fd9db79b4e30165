import pytest
from django.apps import apps
from django.conf import settings

from tests.prepared import copy_example_database
from tests.tags.conftest import *  # noqa: F403

collect_ignore_glob = [] if apps.is_installed("hcprograms.contrib.djangocms") else ["test_*.py"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """Start from a database with all migrations, which take most of the time otherwise."""
    folder = tmp_path_factory.mktemp("database")
    copy_example_database("djangocms", to=folder)
    settings.DATABASES["default"]["TEST"] |= {
        "NAME": folder / "djangocms.sqlite3",
        "MIGRATE": False,
    }


@pytest.fixture(scope="session")
def django_db_keepdb():
    return True
