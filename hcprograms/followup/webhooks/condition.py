"""How an endpoint is doing, and pausing one that takes nothing."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from hcprograms.followup.models import FollowUp, WebhookEndpoint

ENDPOINT_PAUSED = _("The endpoint was paused.")


def note_success(*, endpoint_id: int, now: datetime) -> None:
    _endpoint(endpoint_id).update(failures=0, last_success_at=now, last_error="")


def note_failure(*, endpoint_id: int, reason: str, now: datetime) -> None:
    _endpoint(endpoint_id).update(
        failures=F("failures") + 1, last_failure_at=now, last_error=reason
    )


def pause_endpoint(*, endpoint: WebhookEndpoint, now: datetime) -> int:
    """Stop sending there; what waits becomes failed, to be sent again by staff. Returns how many.

    What a worker has leased is left to that worker: ``endpoint``, which the rows of its batch
    share, is paused as well. Needs scopes disabled, or the endpoint's institution in scope.
    """
    _endpoint(endpoint.pk).filter(paused_at__isnull=True).update(paused_at=now)
    endpoint.paused_at = now
    waiting = FollowUp.objects.filter(endpoint=endpoint, state=FollowUp.State.PLANNED)
    return waiting.update(state=FollowUp.State.FAILED, last_error=str(ENDPOINT_PAUSED))


def resume_endpoint(*, endpoint_id: int) -> None:
    """Send there again; what failed meanwhile is sent again only on request."""
    _endpoint(endpoint_id).update(paused_at=None, failures=0)


def _endpoint(endpoint_id: int) -> "QuerySet[WebhookEndpoint]":
    return WebhookEndpoint.objects.filter(pk=endpoint_id)
