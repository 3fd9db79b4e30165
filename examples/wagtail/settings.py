"""A Wagtail site with our blocks in its pages."""

from examples.settings import *  # noqa: F403
from examples.settings import DJANGO_APPS, MIDDLEWARE, SITE_URL, database, templates

INSTALLED_APPS = [
    "examples.wagtail.apps.ExampleConfig",
    "hcprograms.contrib.wagtail.apps.HcprogramsWagtailConfig",
    "hcprograms",
    "wagtail.api.v2",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    *DJANGO_APPS,
]
DATABASES = database("wagtail")
TEMPLATES = templates("wagtail")
ROOT_URLCONF = "examples.wagtail.urls"
WAGTAIL_SITE_NAME = "Example Valley University"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
MIDDLEWARE = [*MIDDLEWARE]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
