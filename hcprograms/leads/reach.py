"""How an advisor may reach a person: the consents of a lead at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hcprograms.leads.consent_status import (
    ChannelConsent,
    ConsentStatus,
    find_suppressions,
    get_consents,
)
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class Permission:
    """One channel, whether it is open, and why in a sentence."""

    channel: str
    question: str
    is_given: bool
    text: str
    decided_at: datetime | None = None


def weigh_permissions(*, lead: Lead, consents: Iterable[Consent]) -> Sequence[Permission]:
    """“May I call, text, email?” from all consents of a lead; the latest word on each counts.

    Only a consent that was granted and holds for the present address is a yes: that a request may
    be answered is said in the text.
    """
    questions = {
        Channel.CALL: _("May I call?"),
        Channel.TEXT: _("May I text?"),
        Channel.EMAIL: _("May I email?"),
    }
    found = get_consents(lead, consents, suppressions=find_suppressions([lead]).get(lead.pk, {}))
    return [
        Permission(channel, question, *_judge(lead, found[channel]), found[channel].decided_at)
        for channel, question in questions.items()
    ]


def _judge(lead: Lead, consent: ChannelConsent) -> tuple[bool, str]:
    is_email = consent.channel == Channel.EMAIL
    if not is_email and not lead.phone:
        return False, _("No phone number was given.")
    if is_email and lead.is_unreachable:
        return False, _("Emails come back.")
    row = consent.decision
    if consent.status == ConsentStatus.GRANTED and row:
        by_choice = row.method == Consent.Method.PAGE
        return True, _("Agreed to afterwards.") if by_choice else _("Agreed to in the form.")
    if consent.status == ConsentStatus.WITHDRAWN:
        if row and row.decision == Consent.Decision.WITHDRAWN:
            return False, _("Withdrawn: %(method)s.") % {"method": row.get_method_display()}
        return False, _("Withdrawn for this address or number.")
    if is_email:
        return False, _("Only to answer this request.")
    return False, _("Not agreed to: no automated calls or texts. Answer by email first.")
