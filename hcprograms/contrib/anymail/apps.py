from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HcprogramsAnymailConfig(AppConfig):
    name = "hcprograms.contrib.anymail"
    label = "hcprograms_anymail"
    verbose_name = _("Healthcare programs with mail providers")

    def ready(self) -> None:
        # Importing registers them; anymail may be missing where this app is not installed.
        import hcprograms.contrib.anymail.checks  # noqa: F401, PLC0415
        import hcprograms.contrib.anymail.receivers  # noqa: F401, PLC0415
