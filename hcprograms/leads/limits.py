"""How often is too often: limits counted in the database, where every web server sees them."""

import math
from datetime import datetime, timedelta
from ipaddress import ip_address as parse_address

from hcprograms.conf import conf
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.models.lead import CaptureAttempt, Lead

WINDOW = timedelta(hours=1)
MAX_NOTED = 20
"""Refusals of one address within the window that are logged with what was typed."""


def find_seconds_to_wait(*, ip_address: str | None, now: datetime) -> int:
    """How long this address has to wait before it may send a form again; 0: not at all.

    Addresses that are not on the public net are never limited: behind a proxy that is not named
    in the settings, every visitor seems to come from one of these.
    """
    limit = conf.submits_per_hour
    if not limit or not ip_address or not parse_address(ip_address).is_global:
        return 0
    with scopes_disabled():
        attempts = CaptureAttempt.objects.filter(ip_address=ip_address, at__gt=now - WINDOW)
        attempts = attempts.exclude(outcome=CaptureAttempt.Outcome.LIMITED)
        oldest = attempts.order_by("-at").values_list("at", flat=True)[limit - 1 : limit].first()
    return math.ceil((oldest + WINDOW - now).total_seconds()) if oldest else 0


def is_worth_noting(*, ip_address: str | None, now: datetime) -> bool:
    """Whether one more refusal is logged: a flood must not fill the database."""
    with scopes_disabled():
        noted = CaptureAttempt.objects.filter(
            ip_address=ip_address,
            at__gt=now - WINDOW,
            outcome=CaptureAttempt.Outcome.LIMITED,
        )
        return noted.count() < MAX_NOTED


def asks_too_often(*, institution: Institution, email: str, now: datetime) -> bool:
    """Whether this email address has asked the institution so often that a person should look."""
    limit = conf.requests_per_person_per_hour
    if not limit:
        return False
    with scope(institution=institution):
        recent = Lead.objects.filter(email__iexact=email, captured_at__gt=now - WINDOW)
        return recent[: limit + 1].count() >= limit
