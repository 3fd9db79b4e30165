"""Celery of a production site: Redis carries hints to hurry, the sweep is the guarantee.

Start with ``celery -A project.celery worker`` and ``celery -A project.celery beat``.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.production")

app = Celery("project")
app.config_from_object("django.conf:settings", namespace="CELERY")


def wake_up() -> None:
    """Hurry the workers; being found here, it finds this app's broker."""
    from hcprograms import tasks  # noqa: PLC0415 (the tasks need the apps to be ready)

    tasks.wake_up()


def check_broker() -> None:
    """Whether this app's broker answers, for ``/health/``."""
    from hcprograms import tasks  # noqa: PLC0415 (the tasks need the apps to be ready)

    tasks.check_broker()
