"""The plugin's public addresses; a host includes them under any prefix."""

from django.urls import URLPattern, URLResolver, path

from hcprograms.leads import views as leads

app_name = "hcprograms"

urlpatterns: list[URLPattern | URLResolver] = [
    path("ask/<slug:institution>/", leads.ask, name="ask"),
    path("thanks/<str:token>/", leads.thanks, name="thanks"),
    path("my-request/<str:token>/", leads.my_request, name="my_request"),
    path("unsubscribe/<str:token>/", leads.unsubscribe, name="unsubscribe"),
]
