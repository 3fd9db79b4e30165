"""What staff and applicants read about a lead, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.consent import (
    ChannelConsent,
    ConsentStatus,
    ContactObstacle,
    ContactPurpose,
    find_contact_obstacle,
    get_consents,
    list_suppressions,
)
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class ContactPermission:
    """One channel, whether it may be used for more than an answer, and why in a sentence."""

    channel: str
    question: str
    is_given: bool
    text: str
    decided_at: datetime | None = None


def list_contact_permissions(
    *, lead: Lead, decisions: Iterable[Consent]
) -> list[ContactPermission]:
    """“May I call, text, email?” for the lead's page; the template says yes or no.

    ``decisions``: the proof of consent of the lead and of those merged into it.
    """
    questions = {
        Channel.CALL: _("May I call?"),
        Channel.TEXT: _("May I text?"),
        Channel.EMAIL: _("May I email?"),
    }
    suppressions = list_suppressions([lead]).get(lead.pk, {})
    consents = get_consents(lead, decisions, suppressions=suppressions)
    return [
        ContactPermission(
            one.channel,
            questions[Channel(one.channel)],
            obstacle is None,
            _format_permission(one, obstacle),
            one.decided_at,
        )
        for one, obstacle in _judge_channels(lead, consents)
    ]


def list_contact_permissions_for_mail(lead: Lead) -> list[ContactPermission]:
    """The same for an email to staff, in whole sentences.

    Reads only what is not prefetched: emails are made many at a time. A suppression is looked up
    where something was granted; elsewhere it could change nothing.
    """
    requests = [lead, *lead.merged.all()]
    decisions = [row for one in requests for row in one.consents.all()]
    questions = {
        Channel.CALL: _("May I call?"),
        Channel.TEXT: _("May I text?"),
        Channel.EMAIL: _("May I send more emails?"),
    }
    return [
        ContactPermission(
            one.channel,
            questions[Channel(one.channel)],
            obstacle is None,
            _format_permission_for_mail(lead, one, obstacle),
            one.decided_at,
        )
        for one, obstacle in _judge_channels(lead, get_consents(lead, decisions))
    ]


def _judge_channels(
    lead: Lead, consents: Mapping[str, ChannelConsent]
) -> list[tuple[ChannelConsent, ContactObstacle | None]]:
    return [
        (
            consents[channel],
            find_contact_obstacle(lead, channel, purpose=ContactPurpose.NEWS, consents=consents),
        )
        for channel in (Channel.CALL, Channel.TEXT, Channel.EMAIL)
    ]


def _format_permission(consent: ChannelConsent, obstacle: ContactObstacle | None) -> str:
    row, is_email = consent.decision, consent.channel == Channel.EMAIL
    if obstacle is None:
        by_choice = row and row.method == Consent.Method.PAGE
        return _("Agreed to afterwards.") if by_choice else _("Agreed to in the form.")
    if obstacle == ContactObstacle.NO_ADDRESS and not is_email:
        return _("No phone number was given.")
    if obstacle == ContactObstacle.NO_ADDRESS:
        return _("No email can be sent to this address.")
    if obstacle == ContactObstacle.UNREACHABLE:
        return _("Emails come back.")
    if consent.status == ConsentStatus.WITHDRAWN:
        if row and row.decision == Consent.Decision.WITHDRAWN:
            return _("Withdrawn: %(method)s.") % {"method": row.get_method_display()}
        return _("Withdrawn for this address or number.")
    if is_email:
        return _("Only to answer this request.")
    return _("Not agreed to: no automated calls or texts. Answer by email first.")


def _format_permission_for_mail(
    lead: Lead, consent: ChannelConsent, obstacle: ContactObstacle | None
) -> str:
    row, is_email = consent.decision, consent.channel == Channel.EMAIL
    if obstacle is None:
        by_choice = row and row.method == Consent.Method.PAGE
        return _("Yes, agreed to afterwards.") if by_choice else _("Yes, agreed to in the form.")
    if obstacle == ContactObstacle.NO_ADDRESS and not is_email:
        return _("No: no phone number was given.")
    if obstacle == ContactObstacle.NO_ADDRESS:
        return _("No email can be sent to this address.")
    if obstacle == ContactObstacle.UNREACHABLE:
        return _("No: emails to this address come back.")
    if consent.status == ConsentStatus.WITHDRAWN:
        return _("No, the consent was withdrawn.")
    if is_email:
        return _("Only to answer this request.")
    if lead.is_unreachable:
        return _("Not agreed to automated calls or texts.")
    return _("Not agreed to automated calls or texts; answer by email first.")


@dataclass(frozen=True, slots=True)
class ResponseExpectation:
    """``opens_at`` is the next opening in the institution's own time; None when open or unknown."""

    advisor: str
    is_open: bool
    opens_at: datetime | None


def get_response_expectation(*, lead: Lead, now: datetime) -> ResponseExpectation:
    """Return who will answer the applicant, and when the office is open for it."""
    hours = read_opening_hours(lead.institution)
    opening = hours.next_opening(now)
    is_open = opening is not None and opening <= now
    return ResponseExpectation(
        advisor=lead.assigned_to.display_name if lead.assigned_to else "",
        is_open=is_open,
        opens_at=None if opening is None or is_open else opening.astimezone(hours.zone),
    )
