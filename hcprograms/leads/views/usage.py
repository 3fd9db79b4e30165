"""What the script of a form's page tells: it was seen, somebody began."""

import uuid

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hcprograms.institutions.clock import read_clock
from hcprograms.leads.counting import count_use
from hcprograms.leads.views.answers import check_body


@csrf_exempt
@require_POST
def seen(request: HttpRequest, form: uuid.UUID) -> HttpResponse:
    """Count it. Nothing of the request is kept but the word for where the visitor came from."""
    check_body(request)
    what, source = request.POST.get("what", ""), request.POST.get("source", "")
    try:
        known = count_use(form=form, what=what, source=source, now=read_clock())
    except Error:
        known = True  # a count is not worth an error
    if not known:
        raise Http404
    response = HttpResponse(status=204)
    patch_cache_control(response, no_store=True)
    return response
