"""The plugin's public addresses; a host includes them under any prefix."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import get_converters

from hcprograms.catalog import field_pages
from hcprograms.catalog import views as catalog
from hcprograms.followup.monitoring import views as monitoring
from hcprograms.institutions import views as institutions
from hcprograms.institutions.languages import answer_in_own_language
from hcprograms.leads.carrying import carry_campaign
from hcprograms.leads.views import (
    appointments,
    interest_form,
    own_pages,
    preferences,
    usage,
    ways,
)
from hcprograms.matching.views import directory, results, tuition

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Answer in a language that the page's words exist in, and hand a campaign's marks on."""
    in_own_language = answer_in_own_language(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return carry_campaign(request, in_own_language(request, *args, **kwargs))

    return answer


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
    path("invitation/<str:token>/", public_page(institutions.invitation), name="invitation"),
    path("match/", public_page(results.match), name="match"),
    path("match/results/", public_page(results.match_results), name="match_results"),
    path("tuition/", public_page(tuition.tuition), name="tuition"),
    path("programs/", public_page(directory.programs), name="programs"),
    path("compare/", public_page(catalog.compare), name="compare"),
    path("programs/<slug:institution>/", public_page(catalog.institution), name="institution"),
    path(
        "programs/<slug:institution>/<slug:program>/",
        public_page(catalog.program),
        name="program",
    ),
    path("roles/", public_page(field_pages.roles), name="roles"),
    path("roles/<slug:role>/", public_page(field_pages.role), name="role"),
    path("guide/", public_page(field_pages.guide), name="guide"),
    path("ask/<slug:institution>/", public_page(interest_form.interest_form), name="ask"),
    path("apply/<uuid:form>/", public_page(ways.apply), name="apply"),
    path("colour/<hex6:accent>.css", public_page(ways.colour), name="colour"),
    path("renew/", public_page(interest_form.renew_token), name="renew"),
    path("seen/<uuid:form>/", public_page(usage.seen), name="seen"),
    path("thanks/<str:token>/", public_page(own_pages.thanks), name="thanks"),
    path("my-request/<str:token>/", public_page(own_pages.my_request), name="my_request"),
    path(
        "my-request/<str:token>/data/",
        public_page(own_pages.my_request_data),
        name="my_request_data",
    ),
    path(
        "my-request/<str:token>/files/<uuid:file>/",
        public_page(own_pages.my_request_file),
        name="my_request_file",
    ),
    path(
        "my-request/<str:token>/correct/",
        public_page(own_pages.my_request_correct),
        name="my_request_correct",
    ),
    path(
        "my-request/<str:token>/erase/",
        public_page(own_pages.my_request_erase),
        name="my_request_erase",
    ),
    path(
        "appointment/<str:token>/",
        public_page(appointments.appointment),
        name="appointment",
    ),
    path(
        "preferences/<str:token>/",
        public_page(preferences.preferences),
        name="preferences",
    ),
    path(
        "unsubscribe/<str:token>/",
        public_page(own_pages.unsubscribe),
        name="unsubscribe",
    ),
    path("metrics/", public_page(monitoring.metrics), name="metrics"),
    path("health/", public_page(monitoring.health), name="health"),
]
