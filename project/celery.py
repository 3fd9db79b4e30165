"""Celery of a production site: Redis carries hints to hurry, the sweep every 30 s is the guarantee.

Start with ``celery -A project.celery worker`` and ``celery -A project.celery beat``.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.production")

SOCKET = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}

app = Celery("project", broker=settings.REDIS_URL, set_as_current=True)
app.conf.update(
    # A visitor's form never waits for Redis: publish once, give up soon.
    broker_transport_options=SOCKET | {"max_retries": 0},
    task_publish_retry=False,
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    # Tasks are safe to run twice: the rows are claimed, see hcprograms.followup.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    timezone="UTC",
    enable_utc=True,
    imports=["hcprograms.tasks"],
    beat_schedule={"sweep": {"task": "hcprograms.tasks.sweep", "schedule": 30.0}},
    beat_schedule_filename=str(settings.VAR / "celerybeat-schedule"),
)
