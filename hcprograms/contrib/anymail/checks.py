"""A system check: nobody may tell this site of bounces and withdrawals without a secret."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from hcprograms.contrib.anymail.secret import read_secrets

SHORTEST = 20


@register("hcprograms")
def check_secret(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: no secret, or one that is no pair or can be guessed."""
    secrets = read_secrets()
    if secrets and all(_is_sound(one) for one in secrets):
        return []
    return [
        Error(
            "ANYMAIL['WEBHOOK_SECRET'] is missing or weak: anybody could end people’s emails.",
            hint=f"Give “user:password” of {SHORTEST} random characters or more, and put it into"
            " the addresses that you give to your mail provider.",
            id="hcprograms_anymail.E001",
        )
    ]


def _is_sound(secret: object) -> bool:
    return isinstance(secret, str) and ":" in secret.strip(":") and len(secret) >= SHORTEST
