"""A django CMS site with our plugins, versioned pages and aliases; pages are cached."""

from examples.settings import *  # noqa: F403
from examples.settings import DJANGO_APPS, MIDDLEWARE, database, templates

INSTALLED_APPS = [
    *DJANGO_APPS,
    "cms",
    "menus",
    "treebeard",
    "sekizai",
    "djangocms_versioning",
    "djangocms_alias",
    "hcprograms",
    "hcprograms.contrib.djangocms",
]
MIDDLEWARE = [
    *MIDDLEWARE,
    "cms.middleware.user.CurrentUserMiddleware",
    "cms.middleware.page.CurrentPageMiddleware",
    "cms.middleware.toolbar.ToolbarMiddleware",
]
TEMPLATES = templates(
    "djangocms",
    "django.template.context_processors.i18n",
    "sekizai.context_processors.sekizai",
    "cms.context_processors.cms_settings",
)
DATABASES = database("djangocms")
ROOT_URLCONF = "examples.djangocms.urls"
CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = [("cms_site/page.html", "Page")]
CMS_PERMISSION = False
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
X_FRAME_OPTIONS = "SAMEORIGIN"
DJANGOCMS_VERSIONING_ALLOW_DELETING_VERSIONS = True
