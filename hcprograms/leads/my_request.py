"""What an institution holds about one request, in words, for the person who made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.months import name_month
from hcprograms.catalog.states import STATES
from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent import get_consents, is_unsubscribed
from hcprograms.leads.lead_files import find_files
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.files import LeadFile
from hcprograms.leads.models.lead import Lead, LeadEvent

DECISIONS = {
    Consent.Decision.GRANTED: _("you agreed"),
    Consent.Decision.NOT_GRANTED: _("you did not agree"),
    Consent.Decision.WITHDRAWN: _("you took your consent back"),
}


@dataclass(frozen=True, slots=True)
class ConsentState:
    channel: str
    label: str
    decision: str
    """In words to the person: “you agreed”."""
    is_granted: bool
    decided_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class HeldRequest:
    facts: Sequence[tuple[str, str]]
    """Label and value of what the person gave, the empty ones left out."""
    choices: Sequence[str]
    files: Sequence[LeadFile]
    consents: Sequence[ConsentState]
    gets_email: bool
    """Whether emails go on; False after unsubscribing."""


def find_staff_correction(*, lead: Lead) -> datetime | None:
    """When staff last changed what the person gave; None where nothing says so."""
    with scope(institution=lead.institution):
        kinds = (LeadEvent.Kind.CORRECTED, LeadEvent.Kind.MERGED)
        events = LeadEvent.objects.filter(lead=lead, kind__in=kinds, actor__isnull=False)
        return events.order_by("-at").values_list("at", flat=True).first()


def describe_request(*, lead: Lead) -> HeldRequest:
    with scope(institution=lead.institution):
        choices = [choice.title for choice in lead.choices.all()]
        files = find_files(leads=[lead]) if lead.extra else []
        decisions = list(lead.consents.order_by("decided_at", "pk"))
    current = {row.channel: row for row in decisions}
    found = get_consents(lead, decisions)
    return HeldRequest(
        facts=[(str(label), str(value)) for label, value in _facts(lead, files) if value],
        choices=choices,
        files=files,
        consents=[_describe_consent(current[one]) for one in Channel.values if one in current],
        gets_email=not is_unsubscribed(lead, found[Channel.EMAIL]),
    )


def _facts(lead: Lead, files: Sequence[LeadFile]) -> list[tuple[object, object]]:
    """What was given, but files, which are shown with a way to open them."""
    apart = {file.key for file in files}
    return [
        (_("Name"), lead.name),
        (_("Email address"), lead.email),
        (_("Phone number"), lead.phone),
        (_("Best time to call"), lead.get_best_time_display()),
        (_("Country"), lead.country.name if lead.country else ""),
        (_("State"), STATES.get(lead.state, lead.state)),
        (_("Highest education"), lead.get_education_display()),
        (_("When to start"), name_month(lead.start_from)),
        (_("Military affiliation"), lead.get_military_display()),
        *((one["question"], one["answer"]) for one in lead.extra if one["key"] not in apart),
        (_("Organisation"), lead.organisation),
        (_("People to train"), lead.people),
        (_("Topics"), lead.topics),
        (_("Message"), lead.message),
    ]


def _describe_consent(row: Consent) -> ConsentState:
    return ConsentState(
        channel=row.channel,
        label=row.get_channel_display(),
        decision=str(DECISIONS[Consent.Decision(row.decision)]),
        is_granted=row.decision == Consent.Decision.GRANTED,
        decided_at=row.decided_at,
        text=row.text,
    )
