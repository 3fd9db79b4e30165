"""Included under any prefix, such as ``api/v1/``; docs/api.md is the contract."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.api import views

app_name = "hcprograms_api"

urlpatterns: list[URLPattern | URLResolver] = [
    path("forms/", views.FormList.as_view(), name="forms"),
    path("forms/<uuid:form>/", views.FormDetail.as_view(), name="form"),
    path("forms/<uuid:form>/requests/", views.Capture.as_view(), name="capture"),
    path("leads/", views.LeadList.as_view(), name="leads"),
    path("leads/<uuid:lead>/", views.LeadDetail.as_view(), name="lead"),
    path("match/", views.Match.as_view(), name="match"),
]
