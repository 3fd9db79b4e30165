"""Included under any prefix, such as ``embed/``; a site that embeds nothing does without."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.contrib.embed import views
from hcprograms.urls import public_page

app_name = "hcprograms_embed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hc-form.js", public_page(views.script), name="script"),
    path("thanks/<str:token>/", public_page(views.thanks), name="thanks"),
    path("<uuid:form>/", public_page(views.frame), name="frame"),
    path("<uuid:form>/test/", public_page(views.test), name="test"),
]
