"""Anymail’s webhooks, behind the secret: without it the answer is 401, whatever is sent.

A host includes them under any prefix, instead of ``anymail.urls``.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from anymail.urls import urlpatterns as patterns_of_anymail
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from hcprograms.contrib.anymail.secret import is_proved
from hcprograms.followup.incoming.receiving import note_unreadable_mail
from hcprograms.institutions.discretion import describe_error

logger = logging.getLogger(__name__)

app_name = "hcprograms_anymail"

RETRY_AFTER_SECONDS = 60


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
    body = request.body
    try:
        return view(request, *args, **kwargs)
    except (Http404, PermissionDenied, SuspiciousOperation):
        raise
    except (json.JSONDecodeError, UnicodeDecodeError):
        return HttpResponse("This cannot be read.\n", status=400)
    except (DataError, IntegrityError) as error:
        return _count_unreadable(body, error)
    except (DatabaseError, InterfaceError):
        later = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse("The database does not answer.\n", status=503, headers=later)
    except Exception as error:
        return _count_unreadable(body, error)


def _count_unreadable(body: bytes, error: Exception) -> HttpResponse:
    logger.error("A provider’s message cannot be read: %s", describe_error(error))
    key = sha256(body).hexdigest()
    note_unreadable_mail(key=key, source="provider", now=timezone.now())
    return HttpResponse("This cannot be read; it was counted.\n")


urlpatterns = [
    URLPattern(one.pattern, _guard(one.callback), one.default_args, one.name)
    for one in patterns_of_anymail
]
