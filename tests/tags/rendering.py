"""Rendering a template as a page of somebody's site does."""

import re

from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory


def render(text, *, path="/about/", user=None, **context):
    """The HTML of a page at this path whose template loads our tags."""
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    if user:
        request.COOKIES["sessionid"] = "x"
    template = engines["django"].from_string("{% load hcprograms %}" + text)
    return template.render(context, request)


def read_ids(html):
    return re.findall(r'\sid="([^"]+)"', html)
