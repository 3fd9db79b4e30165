"""How an advisor may reach a person: the consents of a lead at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

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
    """“May I call, text, email?” from all consents of a lead; the latest word on each counts."""
    latest = {
        row.channel: row for row in sorted(consents, key=lambda row: (row.decided_at, row.pk))
    }
    questions = {
        Channel.CALL: _("May I call?"),
        Channel.TEXT: _("May I text?"),
        Channel.EMAIL: _("May I email?"),
    }
    return [
        _judge(lead, channel, question, latest.get(channel))
        for channel, question in questions.items()
    ]


def _judge(lead: Lead, channel: Channel, question: str, latest: Consent | None) -> Permission:
    decided_at = latest.decided_at if latest else None
    if channel != Channel.EMAIL and not lead.phone:
        return Permission(channel, question, False, _("No phone number was given."), decided_at)
    if channel == Channel.EMAIL and lead.is_unreachable:
        return Permission(channel, question, False, _("Emails come back."), decided_at)
    if latest and latest.decision == Consent.Decision.GRANTED:
        by_choice = latest.method == Consent.Method.PAGE
        text = _("Agreed to afterwards.") if by_choice else _("Agreed to in the form.")
        return Permission(channel, question, True, text, decided_at)
    if latest and latest.decision == Consent.Decision.WITHDRAWN:
        text = _("Withdrawn: %(method)s.") % {"method": latest.get_method_display()}
        return Permission(channel, question, False, text, decided_at)
    if channel == Channel.EMAIL:
        return Permission(channel, question, True, _("Only to answer this request."), decided_at)
    text = _("Not agreed to: no automated calls or texts. Answer by email first.")
    return Permission(channel, question, False, text, decided_at)
