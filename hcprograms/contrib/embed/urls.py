"""Included under any prefix, such as ``embed/``; a site that embeds nothing does without."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.contrib.embed import views

app_name = "hcprograms_embed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hc-form.js", views.script, name="script"),
    path("thanks/<str:token>/", views.thanks, name="thanks"),
    path("<uuid:form>/", views.frame, name="frame"),
    path("<uuid:form>/test/", views.test, name="test"),
]
