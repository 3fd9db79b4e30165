"""The demo site as it runs in production: everything comes from the environment, checked at start.

PostgreSQL keeps all state, Redis carries hints to the workers, a mail server takes the mails.
"""

from project.settings.base import *
from project.settings.environment import read_production

given = read_production()

DEBUG = False
SECRET_KEY = given.secret_key
ALLOWED_HOSTS = given.allowed_hosts
DATABASES = {"default": given.database | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
REDIS_URL = given.redis_url

vars().update(given.email)
DEFAULT_FROM_EMAIL = given.default_from_email
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX = None

HCPROGRAMS |= {"SITE_URL": given.site_url, "WAKE_UP": "hcprograms.tasks.wake_up"}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [given.site_url]
