"""What the script of a form's page tells: it was seen, somebody began."""

import uuid

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hcprograms.conf import conf
from hcprograms.leads.counting import count_use
from hcprograms.leads.rate_limits import SEEN_FACTOR, count_from_network
from hcprograms.leads.views.answers import check_body
from hcprograms.leads.visitor import get_client_ip


@csrf_exempt
@require_POST
def seen(request: HttpRequest, form: uuid.UUID) -> HttpResponse:
    """Count it. Nothing of the request is kept but the word for where the visitor came from."""
    now = timezone.now()
    counted = count_from_network(
        kind="seen",
        ip_address=get_client_ip(request),
        most=conf.submits_per_hour * SEEN_FACTOR,
        now=now,
    )
    if counted.seconds_to_wait:
        return HttpResponse(status=429, headers={"Retry-After": str(counted.seconds_to_wait)})
    check_body(request)
    what, source = request.POST.get("what", ""), request.POST.get("source", "")
    try:
        known = count_use(form=form, what=what, source=source, now=now)
    except Error:
        known = True  # a count is not worth an error
    if not known:
        raise Http404
    response = HttpResponse(status=204)
    patch_cache_control(response, no_store=True)
    return response
