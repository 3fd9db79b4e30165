from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("embed/", include("hcprograms.contrib.embed.urls")),
    path("guide/", include("hcprograms.urls")),
    path("", TemplateView.as_view(template_name="site/home.html"), name="home"),
    path("about/", TemplateView.as_view(template_name="site/about.html"), name="about"),
    path("hostile/", TemplateView.as_view(template_name="site/hostile.html"), name="hostile"),
]
