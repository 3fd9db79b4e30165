"""For the machines that watch the site."""

from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hcprograms.followup.health import check_health
from hcprograms.institutions.clock import read_clock


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 while follow-ups flow; 503 when they are stuck or the database does not answer."""
    try:
        found = check_health(now=read_clock())
    except Error:
        return JsonResponse({"is_well": False, "database": False}, status=503)
    return JsonResponse({"database": True, **found.as_dict()}, status=200 if found.is_well else 503)
