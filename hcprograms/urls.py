"""The plugin's public addresses; a host includes them under any prefix."""

from django.urls import URLPattern, URLResolver

app_name = "hcprograms"

urlpatterns: list[URLPattern | URLResolver] = []
