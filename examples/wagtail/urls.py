from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

api = WagtailAPIRouter("wagtailapi")
api.register_endpoint("pages", PagesAPIViewSet)

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("cms/", include(wagtailadmin_urls)),
    path("api/", api.urls),
    path("embed/", include("hcprograms.contrib.embed.urls")),
    path("guide/", include("hcprograms.urls")),
    path("", include(wagtail_urls)),
]
