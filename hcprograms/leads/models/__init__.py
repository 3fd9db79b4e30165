"""The tables of leads, by subject. Import from the owning module inside the package."""

from hcprograms.leads.models.api_keys import ApiKey
from hcprograms.leads.models.appointments import Appointment, AppointmentType, BookedTime
from hcprograms.leads.models.consent import Channel, Consent, ConsentText, Suppression
from hcprograms.leads.models.files import LeadFile, Upload
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadChoice, LeadEvent
from hcprograms.leads.models.limits import RequestCount
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.models.proof import SpentProof
from hcprograms.leads.models.questions import Question
from hcprograms.leads.models.retention import RetentionRule, RetentionRun
from hcprograms.leads.models.routing import RoutingRule
from hcprograms.leads.models.usage import FormDay

__all__ = [
    "ApiKey",
    "Appointment",
    "AppointmentType",
    "BookedTime",
    "CaptureAttempt",
    "Channel",
    "Consent",
    "ConsentText",
    "FormDay",
    "InterestForm",
    "Lead",
    "LeadChoice",
    "LeadEvent",
    "LeadFile",
    "LeadMerge",
    "Question",
    "RequestCount",
    "RetentionRule",
    "RetentionRun",
    "RoutingRule",
    "SpentProof",
    "Suppression",
    "Upload",
]
