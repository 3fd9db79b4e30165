"""The same form as a site builds it with crispy: rendered by ``{% crispy %}`` on every request."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils import timezone

from hcprograms.leads.forms import RequestForm
from hcprograms.leads.offerings import list_choices
from hcprograms.leads.open_forms import OpenForm, get_open_form

PAGE = """{% extends "hcprograms/base.html" %}{% load crispy_forms_tags %}
{% block content %}<h1>{{ title }}</h1><form method="post">{% crispy form %}
<input type="hidden" name="token" value="{{ token }}"><button>Send</button></form>{% endblock %}"""


@lru_cache(maxsize=1)
def loaded() -> tuple[OpenForm, list]:
    page = get_open_form(school="benchmark", query={}, now=timezone.now())
    return page, list_choices(institution=page.form.institution, asked=[])


@lru_cache(maxsize=1)
def template():
    return engines["django"].from_string(PAGE)


def crispy_page(request: HttpRequest) -> HttpResponse:
    page, offerings = loaded()
    form = RequestForm(
        form=page.form,
        consents=page.consents,
        today=timezone.localdate(),
        load_offerings=lambda: offerings,
    )
    context = {"form": form, "title": page.form.title, "token": page.new_token()}
    return HttpResponse(template().render(context, request))


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing")
