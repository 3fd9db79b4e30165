"""The demo site: the plugin at the root, the admin, and the mails of the demo."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import URLPattern, URLResolver, include, path
from django.views.defaults import page_not_found, server_error
from django.views.generic import TemplateView

from hcprograms.catalog.sitemaps import sitemaps
from hcprograms.institutions.languages import answer_in_own_language

front = TemplateView.as_view(template_name="demo/front.html")

handler404 = answer_in_own_language(page_not_found)
handler500 = answer_in_own_language(server_error)

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("", answer_in_own_language(front), name="front"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": sitemaps, "sitemap_url_name": "sitemap"},
        name="sitemaps",
    ),
    path("sitemap-<section>.xml", sitemap_views.sitemap, {"sitemaps": sitemaps}, name="sitemap"),
    path("embed/", include("hcprograms.contrib.embed.urls")),
    path("api/v1/", include("hcprograms.api.urls")),
    path("", include("hcprograms.urls")),
]
if settings.MAILBOX:
    urlpatterns.insert(0, path("mailbox/", include("project.mailbox.urls")))
