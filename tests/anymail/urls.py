from django.urls import include, path

urlpatterns = [
    path("providers/", include("hcprograms.contrib.anymail.urls")),
    path("open/", include("anymail.urls")),
    path("", include("project.urls")),
]
