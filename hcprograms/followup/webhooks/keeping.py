"""What staff do with an endpoint besides editing it: change its secret, try it out."""

from datetime import datetime
from uuid import uuid4

from django.db.models import F

from hcprograms.followup.channels.base import DeliveryError, Message
from hcprograms.followup.channels.webhook import WebhookChannel
from hcprograms.followup.models import WebhookEndpoint
from hcprograms.followup.models.webhooks import make_secret
from hcprograms.followup.webhooks.requests import sign_request

TEST_EVENT = "test"


def change_secret(*, endpoint: WebhookEndpoint, now: datetime) -> WebhookEndpoint:
    """Make a new secret; for a day everything is signed with the old one as well."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        old_secret=F("secret"), secret=make_secret(), secret_changed_at=now
    )
    endpoint.refresh_from_db()
    return endpoint


def try_endpoint(*, endpoint: WebhookEndpoint, now: datetime) -> str:
    """Send a test event at once; return what went wrong, in words, or nothing."""
    channel = WebhookChannel()
    try:
        channel.send(_test_message(endpoint, now))
    except DeliveryError as error:
        return str(error) or type(error).__name__
    finally:
        channel.close()
    return ""


def _test_message(endpoint: WebhookEndpoint, now: datetime) -> Message:
    body = f'{{"type":"{TEST_EVENT}","timestamp":"{now.isoformat()}","data":{{}}}}'
    name = f"msg_{uuid4().hex}"
    return sign_request(endpoint=endpoint, name=name, event=TEST_EVENT, body=body, now=now)
