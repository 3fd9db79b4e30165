from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HcprogramsWagtailConfig(AppConfig):
    name = "hcprograms.contrib.wagtail"
    label = "hcprograms_wagtail"
    verbose_name = _("Healthcare programs in Wagtail")
    default_auto_field = "django.db.models.BigAutoField"
