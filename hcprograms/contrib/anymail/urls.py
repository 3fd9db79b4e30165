"""Anymail’s webhooks, behind the secret: without it the answer is 401, whatever is sent.

A host includes them under any prefix, instead of ``anymail.urls``.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.urls import urlpatterns as patterns_of_anymail
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from hcprograms.contrib.anymail.secret import is_proved

app_name = "hcprograms_anymail"


def _guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Some providers ask by HEAD whether there is anybody; that tells and changes nothing.
        if request.method != "HEAD" and not is_proved(request):
            asked = {"WWW-Authenticate": 'Basic realm="mail provider"'}
            return HttpResponse("Give user and password.\n", status=401, headers=asked)
        return view(request, *args, **kwargs)

    return guarded


urlpatterns = [
    URLPattern(one.pattern, _guard(one.callback), one.default_args, one.name)
    for one in patterns_of_anymail
]
