"""The demo site: the plugin at the root, the admin, and the mails of the demo."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("", TemplateView.as_view(template_name="demo/front.html"), name="front"),
    path("embed/", include("hcprograms.contrib.embed.urls")),
    path("", include("hcprograms.urls")),
]
if settings.MAILBOX:
    urlpatterns.insert(0, path("mailbox/", include("project.mailbox.urls")))
