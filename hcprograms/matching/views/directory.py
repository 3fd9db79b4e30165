"""The directory's public page."""

from http import HTTPStatus
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hcprograms.institutions.absolute_urls import get_canonical_url
from hcprograms.matching import engine
from hcprograms.matching.answers import MAX_QUERY
from hcprograms.matching.directory.presenters import build_page


@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """All programs, narrowed by whatever the address says; what it says wrongly is left out."""
    text = request.META.get("QUERY_STRING", "")
    is_readable = len(text) <= MAX_QUERY
    parameters = parse_qsl(text) if is_readable else []
    directory = build_page(engine.directory(today=timezone.localdate()), parameters)
    query = directory.query.to_query()
    context = {
        "directory": directory,
        "is_readable": is_readable,
        "canonical_url": get_canonical_url(request) + (f"?{query}" if query else ""),
    }
    status = HTTPStatus.OK if is_readable else HTTPStatus.BAD_REQUEST
    return render(request, "hcprograms/catalog/programs.html", context, status=status)
