"""Who may use the API: keys, what they may do, and how often."""

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from hcprograms.conf import conf
from hcprograms.leads.api_keys import find_key

logger = logging.getLogger(__name__)


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer hcp_…``; ``request.auth`` is the key.

    Cookies are not read, so a page of another site cannot use a visitor's session.
    """

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


class CanCapture(BasePermission):
    message = gettext_lazy("This key may not send requests.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.auth.may_capture)


class CanRead(BasePermission):
    message = gettext_lazy("This key may not read leads.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.auth.may_read)


class KeyThrottle(SimpleRateThrottle):
    """``API_REQUESTS_PER_MINUTE`` for each key; 0 switches it off."""

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
            # Without its cache the throttle cannot count; that must not cost a lead.
            logger.exception("The API's limiter cannot count.")
            return True
