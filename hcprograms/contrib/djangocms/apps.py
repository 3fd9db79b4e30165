from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HcprogramsDjangoCmsConfig(AppConfig):
    name = "hcprograms.contrib.djangocms"
    label = "hcprograms_djangocms"
    verbose_name = _("Healthcare programs in django CMS")
    default_auto_field = "django.db.models.BigAutoField"
