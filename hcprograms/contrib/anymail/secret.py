"""The secret by which a provider proves who it is: anymail’s ``WEBHOOK_SECRET``."""

from anymail.utils import get_anymail_setting, get_request_basic_auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare


def read_secrets() -> list[str]:
    """The pairs ``user:password`` that are let in; two while one is being changed."""
    secrets = get_anymail_setting("webhook_secret", default=[])
    return [secrets] if isinstance(secrets, str) and secrets else list(secrets or [])


def is_proved(request: HttpRequest) -> bool:
    """Whether the request comes with one of the secrets; without any secret none does."""
    given = get_request_basic_auth(request) or ""
    return any(constant_time_compare(given, secret) for secret in read_secrets())
