"""What the public pages have in common: what they refuse, and how they answer."""

from collections.abc import Collection

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.leads.upload_handlers import MAX_TEXT, discard_uploads
from hcprograms.leads.visitor import is_allowed_origin

TOO_MANY = 429
MOST_MINUTES = 90


def check_post(
    request: HttpRequest, *, hosts: Collection[str] = (), with_files: bool = False
) -> None:
    """Refuse what no browser sends from this page, before anything is done.

    ``with_files``: whoever reads the form says how large its files may be.
    """
    check_body(request, with_files=with_files)
    if not is_allowed_origin(request, hosts=hosts):
        raise PermissionDenied("The form was sent from another site.")


def check_body(request: HttpRequest, *, with_files: bool = False) -> None:
    """Refuse a body that no form sends: in another encoding, far too long, with too many fields."""
    if (request.encoding or "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise BadRequest("Send the form as UTF-8.")
    if with_files and request.content_type == "multipart/form-data":
        discard_uploads(request)
        return
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_TEXT:
        raise BadRequest("The form is far too long.")
    request.POST  # noqa: B018 Django counts the fields while it reads them


def name_wait(seconds: int) -> str:
    """Words for a visitor who did something too often, and may again in so many seconds."""
    minutes = -(-seconds // 60)
    if minutes > MOST_MINUTES:
        hours = -(-minutes // 60)
        when = ngettext("in %(count)d hour", "in %(count)d hours", hours) % {"count": hours}
    else:
        when = ngettext("in %(count)d minute", "in %(count)d minutes", minutes) % {"count": minutes}
    return _("You did this very often. Your entries are still here: try again %(when)s.") % {
        "when": when
    }


def ask_to_wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Mark the page as the answer to one request too many (RFC 6585)."""
    response.status_code = TOO_MANY
    response["Retry-After"] = str(seconds)
    return response


def see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address, status=303)
    patch_cache_control(response, no_store=True)
    return response


def keep_private(response: HttpResponse) -> HttpResponse:
    """Nobody else may keep, find or be told the address of a page that a token opens."""
    patch_cache_control(response, private=True, no_store=True)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
