"""A plain Django site whose pages are cached as a whole for a day."""

from examples.settings import *  # noqa: F403
from examples.settings import DJANGO_APPS, HERE, database, templates
from examples.settings import MIDDLEWARE as SHARED_MIDDLEWARE

INSTALLED_APPS = [*DJANGO_APPS, "hcprograms"]
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *SHARED_MIDDLEWARE,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
CACHE_MIDDLEWARE_SECONDS = 24 * 60 * 60
DATABASES = database("plain")
TEMPLATES = templates("plain")
STATICFILES_DIRS = [HERE / "plain" / "static"]
ROOT_URLCONF = "examples.plain.urls"
