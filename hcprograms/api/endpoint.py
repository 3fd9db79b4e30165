"""What all addresses of the API share: a key, what it may do, how often, and errors as JSON."""

import json
import logging
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
    renderer_classes,
    throttle_classes,
)
from rest_framework.exceptions import APIException, AuthenticationFailed, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from hcprograms.conf import conf
from hcprograms.institutions.scoping import scope
from hcprograms.leads.api_keys import find_key

logger = logging.getLogger(__name__)

RETRY_SECONDS = 30
MAX_BODY = 200_000


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("The body is longer than 200,000 bytes.")


class BoundedParser(JSONParser):
    """JSON of a bounded length and depth."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise BodyTooLarge
        try:
            data = super().parse(BytesIO(body), media_type, parser_context)
            # “\ud800” alone is JSON, and no text: nothing could store or send it.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("JSON parse error - nested too deep")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("JSON parse error - half of a character")) from error
        return data


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer hcp_…``. No cookie counts, so no other site can ask in a visitor's
    name."""

    def authenticate(self, request: Request) -> tuple[Any, Any]:
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) != 2 or parts[0].lower() != "bearer":
            raise AuthenticationFailed(_("Send your key in the header: Authorization: Bearer …"))
        key = find_key(text=parts[1], now=timezone.now())
        if key is None:
            raise AuthenticationFailed(_("This key is not known, or was revoked."))
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class PerKey(SimpleRateThrottle):
    """So many requests a minute; a limiter that cannot count lets everybody through."""

    scope = "hcprograms_api"

    def get_rate(self) -> str:
        return f"{conf.api_requests_per_minute}/minute"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"hcprograms-api-{request.auth.pk}"

    def allow_request(self, request: Request, view: Any) -> bool:
        if not conf.api_requests_per_minute:
            return True
        try:
            return bool(super().allow_request(request, view))
        except Exception:
            logger.exception("The API's limiter cannot count.")
            return True


class MayCapture(BasePermission):
    message = "This key may not send requests."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.auth.may_capture)


class MayRead(BasePermission):
    message = "This key may not read leads."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.auth.may_read)


def endpoint(
    *methods: str, needs: Sequence[type[BasePermission]] = ()
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """A view of the API, run in the scope of the key's institution."""

    def make(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        def scoped(request: Request, *args: Any, **kwargs: Any) -> Any:
            with scope(institution=request.auth.institution):
                return view(request, *args, **kwargs)

        scoped.__name__, scoped.__doc__ = view.__name__, view.__doc__
        made: Any = scoped
        for wrap in (
            authentication_classes([KeyAuthentication]),
            permission_classes(needs),
            throttle_classes([PerKey]),
            parser_classes([BoundedParser]),
            renderer_classes([JSONRenderer]),
            api_view(list(methods)),
        ):
            made = wrap(made)
        return guarded(made)

    return make


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Never cached; without the database a 503 that says when to come back."""

    @csrf_exempt
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Error:
            logger.exception("The API could not reach the database.")
            text = _("The database does not answer. Send the same request again later.")
            response = JsonResponse({"detail": text}, status=503)
            response["Retry-After"] = str(RETRY_SECONDS)
        patch_cache_control(response, no_store=True)
        return response

    return answer
