"""The test suite: in-memory SQLite, or the server that DATABASE_URL names."""

from project.settings.base import *

SECRET_KEY = "test-only-" + "0123456789abcdef" * 3
DATABASES["default"] |= {"NAME": ":memory:"}
if "DATABASE_URL" in env:
    DATABASES["default"] = env.db_url("DATABASE_URL")

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
STORAGES["hcprograms"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAILBOX = ""
HCPROGRAMS |= {"SITE_URL": "https://admissions.example"}
