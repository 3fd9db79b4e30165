from django.urls import include, path

from benchmarks.pages.peer import crispy_page, nothing

urlpatterns = [
    path("crispy/", crispy_page),
    path("nothing/", nothing),
    path("", include("hcprograms.urls")),
]
