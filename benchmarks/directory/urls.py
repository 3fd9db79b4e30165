"""The plugin's pages, and the plain list that the directory is measured against."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from hcprograms.catalog.models.programs import Program
from project.urls import urlpatterns as pages


def plain(request: HttpRequest) -> HttpResponse:
    """The first 20 programs with their schools: one query, the same frame around it."""
    rows = Program.objects.published().select_related("institution").order_by("pk")[:20]
    return render(request, "plain/list.html", {"rows": rows})


urlpatterns = [path("plain/", plain), path("", include(pages))]
