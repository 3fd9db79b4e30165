"""The tables of leads, by subject. Import from the owning module inside the package."""

from hcprograms.leads.models.consent import Channel, Consent, ConsentText, Suppression
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadChoice, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.models.questions import Question
from hcprograms.leads.models.routing import RoutingRule

__all__ = [
    "CaptureAttempt",
    "Channel",
    "Consent",
    "ConsentText",
    "InterestForm",
    "Lead",
    "LeadChoice",
    "LeadEvent",
    "LeadMerge",
    "Question",
    "RoutingRule",
    "Suppression",
]
