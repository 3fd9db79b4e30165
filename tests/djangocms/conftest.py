from django.apps import apps

from tests.tags.conftest import *  # noqa: F403

collect_ignore_glob = [] if apps.is_installed("hcprograms.contrib.djangocms") else ["test_*.py"]
