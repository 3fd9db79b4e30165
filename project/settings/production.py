"""The demo site as it runs in production: everything comes from the environment, checked at start.

PostgreSQL keeps all state, Redis carries hints to the workers, a mail server takes the mails.
"""

from project.logs import write_json_lines
from project.settings.base import *
from project.settings.environment import read_production

given = read_production()

DEBUG = False
SECRET_KEY = given.secret_key
ALLOWED_HOSTS = given.allowed_hosts
DATABASES = {"default": given.database | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
# A database whose machine is gone says nothing: notice within seconds instead of hours.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
} | given.database.get("OPTIONS", {})

vars().update(given.email)
EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = given.default_from_email
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX = ""

HCPROGRAMS |= {
    "SITE_URL": given.site_url,
    "TRUSTED_PROXIES": given.trusted_proxies,
    "WAKE_UP": "project.celery.wake_up",
    "CHECK_BROKER": "project.celery.check_broker",
    "METRICS_TOKEN": given.metrics_token,
}

# A visitor's form never waits for Redis: publish once, give up soon.
CELERY_BROKER_URL = given.redis_url
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# Acknowledged as soon as a worker has it: a lost hint does no harm, for the rows are the queue. A
# late acknowledgement may be owed to a broker that is gone meanwhile; Celery 5.7 ends over that.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_IMPORTS = ["hcprograms.tasks"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "hcprograms.tasks.sweep", "schedule": 30.0},
    "watch": {"task": "hcprograms.tasks.watch", "schedule": 60.0},
    "keep_house": {"task": "hcprograms.tasks.keep_house", "schedule": 3600.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.str("BEAT_SCHEDULE", default=str(VAR / "beat"))

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(health|metrics)/$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [given.site_url]

LOGGING = write_json_lines(LOGGING)
