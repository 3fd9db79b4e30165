"""The tables of follow-up. Code imports from here or from the owning module."""

from hcprograms.followup.models.queue import FollowUp, Heartbeat
from hcprograms.followup.models.received import ReceivedMail
from hcprograms.followup.models.sequences import Sequence, SequenceStep
from hcprograms.followup.models.templates import MessageTemplate, TemplateVersion
from hcprograms.followup.models.webhooks import WebhookEndpoint

__all__ = [
    "FollowUp",
    "Heartbeat",
    "MessageTemplate",
    "ReceivedMail",
    "Sequence",
    "SequenceStep",
    "TemplateVersion",
    "WebhookEndpoint",
]
