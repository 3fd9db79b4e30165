"""The plugin's public addresses; a host includes them under any prefix."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.catalog import views as catalog
from hcprograms.followup import views as followup
from hcprograms.leads import views as leads
from hcprograms.matching import views as matching

app_name = "hcprograms"

urlpatterns: list[URLPattern | URLResolver] = [
    path("match/", matching.match, name="match"),
    path("match/results/", matching.match_results, name="match_results"),
    path("programs/<slug:institution>/", catalog.institution, name="institution"),
    path("programs/<slug:institution>/<slug:program>/", catalog.program, name="program"),
    path("ask/<slug:institution>/", leads.ask, name="ask"),
    path("thanks/<str:token>/", leads.thanks, name="thanks"),
    path("my-request/<str:token>/", leads.my_request, name="my_request"),
    path("unsubscribe/<str:token>/", leads.unsubscribe, name="unsubscribe"),
    path("health/", followup.health, name="health"),
]
