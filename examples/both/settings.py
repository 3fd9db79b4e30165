"""Both adapters in one project: for tests and for migrations, not a site to look at."""

from examples.djangocms import settings as djangocms
from examples.settings import *  # noqa: F403
from examples.settings import database
from examples.wagtail import settings as wagtail

INSTALLED_APPS = list(dict.fromkeys([*djangocms.INSTALLED_APPS, *wagtail.INSTALLED_APPS]))
MIDDLEWARE = djangocms.MIDDLEWARE
TEMPLATES = djangocms.TEMPLATES
DATABASES = database("both")
ROOT_URLCONF = "examples.both.urls"
CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = djangocms.CMS_TEMPLATES
LANGUAGES = djangocms.LANGUAGES
X_FRAME_OPTIONS = "SAMEORIGIN"
WAGTAIL_SITE_NAME = wagtail.WAGTAIL_SITE_NAME
WAGTAILADMIN_BASE_URL = wagtail.WAGTAILADMIN_BASE_URL
