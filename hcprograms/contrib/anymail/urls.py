"""Anymail’s webhooks, behind the secret: without it the answer is 401, whatever is sent.

A host includes them under any prefix, instead of ``anymail.urls``.
"""

import json
import logging
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from anymail.urls import urlpatterns as patterns_of_anymail
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.urls import URLPattern
from django.utils import timezone

from hcprograms.contrib.anymail.secret import is_proved
from hcprograms.followup.inbound.process import record_unreadable_mail
from hcprograms.institutions.error_reporting import format_error

logger = logging.getLogger(__name__)

app_name = "hcprograms_anymail"

RETRY_AFTER_SECONDS = 60
MAX_PARTS = 1000
MAX_BLANK_LINES = 1000
MAX_PARAMETERS = 500


def _guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Some providers ask by HEAD whether there is anybody; that tells and changes nothing.
        if request.method != "HEAD" and not is_proved(request):
            asked = {"WWW-Authenticate": 'Basic realm="mail provider"'}
            return HttpResponse("Give user and password.\n", status=401, headers=asked)
        return _answer(view, request, *args, **kwargs)

    return guarded


def _answer(
    view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    """The view's answer; none of what it cannot read comes again and again.

    Providers repeat what was answered with 500, and some switch a webhook off that fails often:
    one broken message would stop all the others. So it is counted, and taken.
    """
    try:
        if _costs_too_much(request):
            return _count_unreadable(request, ValueError("too many parts"))
        return view(request, *args, **kwargs)
    except (Http404, PermissionDenied, SuspiciousOperation):
        raise
    except (json.JSONDecodeError, UnicodeDecodeError):
        return HttpResponse("This cannot be read.\n", status=400)
    except (DataError, IntegrityError) as error:
        return _count_unreadable(request, error)
    except (DatabaseError, InterfaceError):
        later = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse("The database does not answer.\n", status=503, headers=later)
    except Exception as error:
        return _count_unreadable(request, error)


def _costs_too_much(request: HttpRequest) -> bool:
    """Whether anymail would parse a message in it for minutes: so many parts or parameters."""
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        texts = [str(one) for one in request.POST.values()]
    else:
        texts = [request.body.decode("utf-8", "replace").replace("\\r", "").replace("\\n", "\n")]
    return any(
        text.count("\n--") > MAX_PARTS
        or text.count("\n\n\n\n") > MAX_BLANK_LINES
        or text.count(";;;;") > MAX_PARAMETERS
        or text.count("*=") + len(re.findall(r"\*\d+=", text)) > MAX_PARAMETERS
        for text in (one.replace("\r", "") for one in texts)
    )


def _count_unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("A provider’s message cannot be read: %s", format_error(error))
    record_unreadable_mail(key=_compute_key(request), source="provider", now=timezone.now())
    return HttpResponse("This cannot be read; it was counted.\n")


def _compute_key(request: HttpRequest) -> str:
    """The same whenever the provider sends it again, where it can be read again."""
    try:
        return sha256(request.body).hexdigest()
    except (RawPostDataException, SuspiciousOperation):
        fields = sorted((name, str(value)) for name, value in request.POST.items())
        return sha256(repr(fields).encode(errors="replace")).hexdigest()


urlpatterns = [
    URLPattern(one.pattern, _guard(one.callback), one.default_args, one.name)
    for one in patterns_of_anymail
]
