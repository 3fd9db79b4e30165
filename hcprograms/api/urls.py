"""Included under any prefix, such as ``api/v1/``; docs/api.md is the contract."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.urls import LateView

app_name = "hcprograms_api"

urlpatterns: list[URLPattern | URLResolver] = [
    path("forms/", LateView("api.views.forms"), name="forms"),
    path("forms/<uuid:form>/", LateView("api.views.form"), name="form"),
    path("forms/<uuid:form>/requests/", LateView("api.views.capture"), name="capture"),
    path("leads/", LateView("api.views.leads"), name="leads"),
    path("leads/<uuid:lead>/", LateView("api.views.lead"), name="lead"),
    path("match/", LateView("api.views.match"), name="match"),
]
