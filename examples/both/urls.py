from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("cms/", include(wagtailadmin_urls)),
    path("embed/", include("hcprograms.contrib.embed.urls")),
    path("guide/", include("hcprograms.urls")),
    path("", include("cms.urls")),
]
