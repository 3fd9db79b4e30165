"""Small public addresses beside the form: the way out to a school's application, and its colour."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hcprograms.leads.applying import find_application, note_way_out
from hcprograms.leads.unavailable import keep_typed_when_down

COLOUR_SECONDS = 30 * 86_400


@require_safe
@keep_typed_when_down
def apply(request: HttpRequest, form: uuid.UUID) -> HttpResponse:
    """On to the school's own application; counted, unless somebody only looks where it leads."""
    now = timezone.now()
    found = find_application(public_id=form, now=now)
    if found is None:
        raise Http404
    if request.method == "GET":
        note_way_out(form=found, now=now)
    response = HttpResponseRedirect(found.apply_url)
    patch_cache_control(response, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
def colour(request: HttpRequest, accent: str) -> HttpResponse:
    """A form's colour as a style sheet: the page itself may hold no style (CSP)."""
    sheet = (
        "@media not (prefers-color-scheme: dark) {\n"
        f"  .hcp {{ --hcp-accent: #{accent}; --hcp-accent-hover: #{accent};"
        " --hcp-on-accent: #fff }\n"
        "}\n"
    )
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=COLOUR_SECONDS, immutable=True)
    return response
