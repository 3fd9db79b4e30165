"""By which channels an advisor may reach a person, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class Permission:
    """One channel by which the advisor might reach the person."""

    question: str
    is_given: bool
    text: str


def describe_permissions(lead: Lead) -> list[Permission]:
    latest = {row.channel: row for row in lead.consents.all()}
    questions = {
        Channel.CALL: _("May I call?"),
        Channel.TEXT: _("May I text?"),
        Channel.EMAIL: _("May I send more emails?"),
    }
    return [
        Permission(question, *_verdict(lead, channel, latest.get(channel)))
        for channel, question in questions.items()
    ]


def _verdict(lead: Lead, channel: str, consent: Consent | None) -> tuple[bool, str]:
    decision = consent.decision if consent else None
    if channel != Channel.EMAIL and not lead.phone:
        return False, _("No: no phone number was given.")
    if channel == Channel.EMAIL and lead.is_unreachable:
        return False, _("No: emails to this address come back.")
    if consent and decision == Consent.Decision.GRANTED:
        by_choice = consent.method == Consent.Method.PAGE
        return True, _("Yes, agreed to afterwards.") if by_choice else _(
            "Yes, agreed to in the form."
        )
    if decision == Consent.Decision.WITHDRAWN:
        return False, _("No, the consent was withdrawn.")
    if channel == Channel.EMAIL:
        return False, _("Only to answer this request.")
    if lead.is_unreachable:
        return False, _("Not agreed to automated calls or texts.")
    return False, _("Not agreed to automated calls or texts; answer by email first.")
