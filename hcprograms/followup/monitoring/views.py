"""For the machines that watch the site."""

import hmac
from importlib.util import find_spec

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hcprograms.conf import conf
from hcprograms.followup.monitoring.health import check_health, get_broker_state
from hcprograms.institutions.database_time import get_database_time


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 while follow-ups flow; 503 when they are stuck or the database does not answer.

    A silent broker is told and no failure: the sweep delivers without it.
    """
    broker = get_broker_state()
    told = {} if broker is None else {"broker": broker}
    try:
        found = check_health(now=get_database_time())
    except Error:
        return JsonResponse({"is_well": False, "database": False, **told}, status=503)
    status = 200 if found.is_well else 503
    return JsonResponse({"database": True, **told, **found.as_dict()}, status=status)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of all institutions for Prometheus, to who has the token, and to superusers."""
    if find_spec("prometheus_client") is None:
        raise Http404("Metrics need the extra “metrics”.")
    if not _may_read_metrics(request):
        response = HttpResponse("A token is needed.\n", status=401, content_type="text/plain")
        response["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return response
    from hcprograms.followup.monitoring.metrics import CONTENT_TYPE, write_metrics  # noqa: PLC0415

    return HttpResponse(write_metrics(now=get_database_time()), content_type=CONTENT_TYPE)


def _may_read_metrics(request: HttpRequest) -> bool:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    token = conf.metrics_token
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    user = getattr(request, "user", None)
    return bool(user and user.is_active and user.is_superuser)
