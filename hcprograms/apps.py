"""The one Django app of the plugin."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HcprogramsConfig(AppConfig):
    name = "hcprograms"
    label = "hcprograms"
    verbose_name = _("Healthcare programs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Importing registers them; the models must be loaded first.
        import hcprograms.checks  # noqa: F401, PLC0415
        import hcprograms.receivers  # noqa: F401, PLC0415
        from hcprograms.catalog.version import renew_version, watch_models  # noqa: PLC0415
        from hcprograms.institutions.change_log import track_models  # noqa: PLC0415
        from hcprograms.tracked_models import (  # noqa: PLC0415
            CATALOG_VERSION_MODELS,
            LOGGED_MODELS,
        )

        watch_models(CATALOG_VERSION_MODELS)
        track_models(LOGGED_MODELS)
        post_migrate.connect(renew_version, sender=self)
