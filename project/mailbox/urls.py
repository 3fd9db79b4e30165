"""Addresses of the demo's mailbox."""

from django.urls import path

from hcprograms.institutions.languages import answer_in_own_language
from project.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", answer_in_own_language(views.mail_list), name="list"),
    path("<slug:name>/", answer_in_own_language(views.mail), name="mail"),
    path("<slug:name>/html/", views.mail_html, name="html"),
]
