import pytest
from django.conf import settings

from tests.prepared import copy_example_database
from tests.tags.conftest import *  # noqa: F403


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """Start from a database with all migrations, which take most of the time otherwise."""
    folder = tmp_path_factory.mktemp("database")
    copy_example_database("wagtail", to=folder)
    file = folder / "wagtail.sqlite3"
    settings.DATABASES["default"]["TEST"] |= {"NAME": file, "MIGRATE": False}


@pytest.fixture(scope="session")
def django_db_keepdb():
    return True
