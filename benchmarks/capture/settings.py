"""Our side: production's settings, with a real Redis for the hint after each commit."""

from project.settings.production import *

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")  # there is no folder to serve
LOGGING = LOGGING | {"root": {"handlers": ["console"], "level": "ERROR"}}
