"""django-fobi with its simple theme and its handler that stores submissions.

On Django 5.0: its templates use a filter that 5.1 removed.
"""

from shared import *

FIELDS = "fobi.contrib.plugins.form_elements.fields"
INSTALLED_APPS = [
    *CONTRIB,
    "fobi",
    "fobi.contrib.themes.simple",
    f"{FIELDS}.text",
    f"{FIELDS}.email",
    f"{FIELDS}.select",
    f"{FIELDS}.textarea",
    f"{FIELDS}.boolean",
    "fobi.contrib.plugins.form_handlers.db_store",
]
TEMPLATES[0]["OPTIONS"]["context_processors"].append("fobi.context_processors.theme")
FOBI_DEFAULT_THEME = "simple"
ROOT_URLCONF = "fobi_site.urls"
BASE_DIR = "/tmp"  # where uploads would go; there are none
