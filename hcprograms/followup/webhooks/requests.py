"""From a row to a signed request, as Standard Webhooks has it."""

from datetime import UTC, datetime

from standardwebhooks import Webhook

from hcprograms.followup.channels.base import Message
from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.webhooks.payloads import write_payload


def render_request(row: FollowUp, *, now: datetime) -> Message:
    """Write the request of an event. The same row has the same id however often it is tried."""
    if row.endpoint is None:
        raise LookupError("This event has no endpoint.")
    return sign_request(
        endpoint=row.endpoint,
        name=f"msg_{row.public_id.hex}",
        event=row.event,
        body=write_payload(row),
        now=now,
    )


def sign_request(
    *, endpoint: WebhookEndpoint, name: str, event: str, body: str, now: datetime
) -> Message:
    """A request to the endpoint, signed over the raw body.

    For a day after a change of secrets with both: the receiver accepts either.
    """
    at = now.astimezone(UTC)
    signatures = [Webhook(one).sign(name, at, body) for one in endpoint.secrets_at(now)]
    return Message(
        id=name,
        to=endpoint.url,
        sender="",
        reply_to="",
        subject=event,
        text=body,
        html="",
        headers={
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        },
    )
