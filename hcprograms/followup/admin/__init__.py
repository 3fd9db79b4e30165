"""Follow-up in the admin."""

from hcprograms.followup.admin import leads
from hcprograms.followup.admin.queue import FollowUpAdmin
from hcprograms.followup.admin.received import ReceivedMailAdmin
from hcprograms.followup.admin.sequences import SequenceAdmin
from hcprograms.followup.admin.templates import MessageTemplateAdmin
from hcprograms.followup.admin.webhooks import WebhookEndpointAdmin

__all__ = [
    "FollowUpAdmin",
    "MessageTemplateAdmin",
    "ReceivedMailAdmin",
    "SequenceAdmin",
    "WebhookEndpointAdmin",
    "leads",
]
