"""Included under any prefix, such as ``embed/``; a site that embeds nothing does without."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.urls import LateView

app_name = "hcprograms_embed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hc-form.js", LateView("contrib.embed.views.script"), name="script"),
    path("thanks/<str:token>/", LateView("contrib.embed.views.thanks"), name="thanks"),
    path("<uuid:form>/", LateView("contrib.embed.views.frame"), name="frame"),
    path("<uuid:form>/test/", LateView("contrib.embed.views.test"), name="test"),
]
