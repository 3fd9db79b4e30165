"""By which channels an advisor may reach a person, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hcprograms.leads.consent_status import ChannelConsent, ConsentStatus, get_consents
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class Permission:
    """One channel by which the advisor might reach the person."""

    question: str
    is_given: bool
    text: str


def describe_permissions(lead: Lead) -> list[Permission]:
    consents = get_consents(lead)
    questions = {
        Channel.CALL: _("May I call?"),
        Channel.TEXT: _("May I text?"),
        Channel.EMAIL: _("May I send more emails?"),
    }
    return [
        Permission(question, *_verdict(lead, consents[channel]))
        for channel, question in questions.items()
    ]


def _verdict(lead: Lead, consent: ChannelConsent) -> tuple[bool, str]:
    is_email = consent.channel == Channel.EMAIL
    if not is_email and not lead.phone:
        return False, _("No: no phone number was given.")
    if is_email and lead.is_unreachable:
        return False, _("No: emails to this address come back.")
    if consent.is_granted:
        by_choice = consent.decision and consent.decision.method == Consent.Method.PAGE
        return True, _("Yes, agreed to afterwards.") if by_choice else _(
            "Yes, agreed to in the form."
        )
    if consent.status == ConsentStatus.WITHDRAWN:
        return False, _("No, the consent was withdrawn.")
    if is_email:
        return False, _("Only to answer this request.")
    if lead.is_unreachable:
        return False, _("Not agreed to automated calls or texts.")
    return False, _("Not agreed to automated calls or texts; answer by email first.")
