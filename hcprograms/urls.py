"""The plugin's public addresses; a host includes them under any prefix.

Their views are loaded when somebody asks for a page: most processes of a site (commands, workers,
the admin) never show one, and all start the sooner.
"""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import get_converters
from django.utils.module_loading import import_string

from hcprograms.institutions.discretion import be_discreet
from hcprograms.institutions.languages import answer_in_own_language
from hcprograms.leads.carrying import carry_campaign


class LateView:
    """A view by its name below ``hcprograms``, with all that decorators noted on it."""

    def __init__(self, name: str) -> None:
        self.__module__, _dot, self.__qualname__ = f"hcprograms.{name}".rpartition(".")
        self.__name__ = self.__qualname__

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        be_discreet(request)
        response: HttpResponse = answer_in_own_language(self._view)(request, *args, **kwargs)
        return carry_campaign(request, response)

    def __getattr__(self, mark: str) -> Any:
        # Django asks every address for ``view_class`` before it shows the first page.
        if mark.startswith("_") or mark == "view_class":
            raise AttributeError(mark)
        return getattr(self._view, mark)

    @cached_property
    def _view(self) -> Any:
        return import_string(f"{self.__module__}.{self.__qualname__}")


class Hex6:
    """Six digits of a colour."""

    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value.lower()


if "hex6" not in get_converters():
    register_converter(Hex6, "hex6")

app_name = "hcprograms"

urlpatterns: list[URLPattern | URLResolver] = [
    path("invitation/<str:token>/", LateView("institutions.views.invitation"), name="invitation"),
    path("match/", LateView("matching.views.results.match"), name="match"),
    path("match/results/", LateView("matching.views.results.match_results"), name="match_results"),
    path("tuition/", LateView("matching.views.tuition.tuition"), name="tuition"),
    path("programs/", LateView("matching.directory.pages.programs"), name="programs"),
    path("compare/", LateView("catalog.views.compare"), name="compare"),
    path("programs/<slug:institution>/", LateView("catalog.views.institution"), name="institution"),
    path(
        "programs/<slug:institution>/<slug:program>/",
        LateView("catalog.views.program"),
        name="program",
    ),
    path("roles/", LateView("catalog.field_pages.roles"), name="roles"),
    path("roles/<slug:role>/", LateView("catalog.field_pages.role"), name="role"),
    path("guide/", LateView("catalog.field_pages.guide"), name="guide"),
    path("ask/<slug:institution>/", LateView("leads.views.ask.ask"), name="ask"),
    path("apply/<uuid:form>/", LateView("leads.views.ways.apply"), name="apply"),
    path("colour/<hex6:accent>.css", LateView("leads.views.ways.colour"), name="colour"),
    path("renew/", LateView("leads.views.ask.renew"), name="renew"),
    path("seen/<uuid:form>/", LateView("leads.views.usage.seen"), name="seen"),
    path("thanks/<str:token>/", LateView("leads.views.own_pages.thanks"), name="thanks"),
    path(
        "my-request/<str:token>/", LateView("leads.views.own_pages.my_request"), name="my_request"
    ),
    path(
        "my-request/<str:token>/data/",
        LateView("leads.views.own_pages.my_request_data"),
        name="my_request_data",
    ),
    path(
        "my-request/<str:token>/files/<uuid:file>/",
        LateView("leads.views.own_pages.my_request_file"),
        name="my_request_file",
    ),
    path(
        "my-request/<str:token>/correct/",
        LateView("leads.views.own_pages.my_request_correct"),
        name="my_request_correct",
    ),
    path(
        "my-request/<str:token>/erase/",
        LateView("leads.views.own_pages.my_request_erase"),
        name="my_request_erase",
    ),
    path(
        "appointment/<str:token>/",
        LateView("leads.views.appointments.appointment"),
        name="appointment",
    ),
    path(
        "preferences/<str:token>/",
        LateView("leads.views.preferences.preferences"),
        name="preferences",
    ),
    path(
        "unsubscribe/<str:token>/",
        LateView("leads.views.own_pages.unsubscribe"),
        name="unsubscribe",
    ),
    path("metrics/", LateView("followup.views.metrics"), name="metrics"),
    path("health/", LateView("followup.views.health"), name="health"),
]
