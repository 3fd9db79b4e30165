import pytest
from django.conf import settings
from django.core.cache import cache

from tests.djangocms.pages import make_draft
from tests.factories import make_user
from tests.prepared import copy_example_database
from tests.tags.conftest import *  # noqa: F403


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


@pytest.fixture(autouse=True)
def _plain_urls(settings):
    """The plugin's own addresses without an apphook, and no page in the cache."""
    settings.ROOT_URLCONF = "tests.djangocms.urls"
    cache.clear()


@pytest.fixture
def admin(db):
    return make_user(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def draft(admin):
    """A page's draft."""
    return make_draft(admin)


@pytest.fixture
def slot(draft):
    return draft.placeholders.get(slot="content")
