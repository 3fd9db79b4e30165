"""The public pages, for search engines. A host adds ``sitemaps`` to those of its own.

It needs ``django.contrib.sitemaps`` in ``INSTALLED_APPS``. Made-up schools are left out.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.conf import conf
from hcprograms.institutions.models import Institution

if TYPE_CHECKING:
    AnySitemap = Sitemap[Any]
else:
    AnySitemap = Sitemap


class PublicSitemap(AnySitemap):
    """Addresses begin with ``SITE_URL`` where that is set, else with the asked host."""

    limit = 5_000
    """Addresses per file: far below what search engines allow, so that one is written quickly."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(conf.site_url).netloc or str(super().get_domain(site))

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(conf.site_url).scheme or str(super().get_protocol(protocol))


class DatedSitemap(PublicSitemap):
    """Pages of rows that know when they were changed; the index asks the database for the last."""

    def lastmod(self, item: Any) -> datetime:
        changed: datetime = item.updated_at
        return changed

    def get_latest_lastmod(self) -> datetime | None:
        rows: Any = self.items()
        latest: datetime | None = rows.aggregate(latest=Max("updated_at"))["latest"]
        return latest


class PageSitemap(PublicSitemap):
    """The pages that exist once."""

    def items(self) -> list[str]:
        return ["match", "guide", "roles", "programs"]

    def location(self, item: str) -> str:
        return reverse(f"hcprograms:{item}")


class RoleSitemap(PublicSitemap):
    def items(self) -> "QuerySet[CareerRole]":
        return CareerRole.objects.filter(is_active=True).order_by("pk")

    def location(self, item: CareerRole) -> str:
        return reverse("hcprograms:role", args=[item.slug])


class InstitutionSitemap(DatedSitemap):
    def items(self) -> "QuerySet[Institution]":
        return Institution.objects.published().filter(is_fictional=False).order_by("pk")

    def location(self, item: Institution) -> str:
        return reverse("hcprograms:institution", args=[item.slug])


class ProgramSitemap(DatedSitemap):
    def items(self) -> "QuerySet[Program]":
        real = Program.objects.published().filter(institution__is_fictional=False)
        shown = real.select_related("institution").order_by("pk")
        return shown.only("slug", "updated_at", "institution__slug")

    def location(self, item: Program) -> str:
        return reverse("hcprograms:program", args=[item.institution.slug, item.slug])


sitemaps: dict[str, type[PublicSitemap]] = {
    "pages": PageSitemap,
    "roles": RoleSitemap,
    "schools": InstitutionSitemap,
    "programs": ProgramSitemap,
}
