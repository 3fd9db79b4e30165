"""Production's settings with a shorter lease and sweep, so that recovery can be waited for."""

import os

from project.settings.production import *
from tests.chaos.breaking import shift_clock

LEASE_SECONDS = 10
SWEEP_SECONDS = 3
HCPROGRAMS |= {
    "LEASE_SECONDS": LEASE_SECONDS,
    "SWEEP_SECONDS": SWEEP_SECONDS,
    "SEND_DEADLINE_SECONDS": 3,
    "WEBHOOK_NETWORKS": ["127.0.0.0/8"],
    # All applicants come from one address here.
    "SUBMITS_PER_HOUR": 0,
}
CELERY_BEAT_SCHEDULE["sweep"] |= {"schedule": 3.0}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / f"beat-{os.getpid()}")
# Workers find a Redis that came back soon; production waits up to 32 seconds.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

INSTALLED_APPS += ["tests.chaos.breaking.Breaking"]
MIDDLEWARE = ["tests.chaos.breaking.DieAtCommit", *MIDDLEWARE]
if "CHAOS_CLOCK_HOURS" in os.environ:
    shift_clock(float(os.environ["CHAOS_CLOCK_HOURS"]))
