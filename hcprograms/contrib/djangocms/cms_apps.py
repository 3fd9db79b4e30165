"""The catalog, the matching and the forms below a page of the site."""

from typing import Any

from cms.app_base import CMSApp
from cms.apphook_pool import apphook_pool
from django.utils.translation import gettext_lazy as _


@apphook_pool.register
class HcprogramsApp(CMSApp):  # type: ignore[misc]
    name = _("Healthcare programs")
    app_name = "hcprograms"  # the namespace that all our links name

    def get_urls(self, page: Any = None, language: Any = None, **kwargs: Any) -> list[str]:
        return ["hcprograms.urls"]
