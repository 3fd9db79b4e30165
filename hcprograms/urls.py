"""The plugin's public addresses; a host includes them under any prefix."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.catalog import field_pages
from hcprograms.catalog import views as catalog
from hcprograms.followup import views as followup
from hcprograms.leads.views import ask, own_pages
from hcprograms.matching.directory import pages as directory
from hcprograms.matching.views import results as matching
from hcprograms.matching.views import tuition as estimating

app_name = "hcprograms"

urlpatterns: list[URLPattern | URLResolver] = [
    path("match/", matching.match, name="match"),
    path("match/results/", matching.match_results, name="match_results"),
    path("tuition/", estimating.tuition, name="tuition"),
    path("programs/", directory.programs, name="programs"),
    path("compare/", catalog.compare, name="compare"),
    path("programs/<slug:institution>/", catalog.institution, name="institution"),
    path("programs/<slug:institution>/<slug:program>/", catalog.program, name="program"),
    path("roles/", field_pages.roles, name="roles"),
    path("roles/<slug:role>/", field_pages.role, name="role"),
    path("guide/", field_pages.guide, name="guide"),
    path("ask/<slug:institution>/", ask.ask, name="ask"),
    path("renew/", ask.renew, name="renew"),
    path("thanks/<str:token>/", own_pages.thanks, name="thanks"),
    path("my-request/<str:token>/", own_pages.my_request, name="my_request"),
    path("my-request/<str:token>/data/", own_pages.my_request_data, name="my_request_data"),
    path(
        "my-request/<str:token>/correct/", own_pages.my_request_correct, name="my_request_correct"
    ),
    path("my-request/<str:token>/erase/", own_pages.my_request_erase, name="my_request_erase"),
    path("unsubscribe/<str:token>/", own_pages.unsubscribe, name="unsubscribe"),
    path("health/", followup.health, name="health"),
]
