"""Whether a message is sent, by its own conditions and by what became of its lead."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.steps import NUDGES, Answered, Conditions, Says
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.leads.consent import (
    ContactObstacle,
    ContactPurpose,
    find_contact_obstacle,
    get_consents,
)
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.suppression import is_suppressed


class SkipReason(StrEnum):
    """Why a message is not sent."""

    ERASED = "erased"
    ENDED = "ended"
    MERGED = "merged"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    STATUS = "status"
    PROGRAM = "program"
    CONSENT = "consent"
    UNSUBSCRIBED = "unsubscribed"
    UNDELIVERABLE = "undeliverable"
    ENDPOINT_OFF = "endpoint_off"
    CANCELLED_TALK = "cancelled_talk"


@dataclass(frozen=True, slots=True)
class Facts:
    """A lead at a moment. ``consents`` are the channels whose consent is in force."""

    status: str = "new"
    is_ended: bool = False
    is_erased: bool = False
    is_merged: bool = False
    is_answered: bool = False
    consents: frozenset[str] = frozenset()
    programs: frozenset[int] = frozenset()


def get_rule_skip_reason(*, says: str, conditions: Conditions, facts: Facts) -> SkipReason | None:
    """The first reason against the message; None when it is wanted as far as this tells.

    What may be ended by hand elsewhere (an unsubscribed address) is not looked up here.
    """
    return next(
        (objection for holds, objection in _reasons(says, conditions, facts) if holds), None
    )


def _reasons(says: str, conditions: Conditions, facts: Facts) -> Iterable[tuple[bool, SkipReason]]:
    """Those of every message first: they are the stop rules that nobody can switch off."""
    yield facts.is_erased, SkipReason.ERASED
    yield facts.is_ended, SkipReason.ENDED
    unanswered_only = says in NUDGES or conditions.answered is Answered.NOT_YET
    yield unanswered_only and facts.is_answered, SkipReason.ANSWERED
    yield (unanswered_only or says == Says.NEWS) and facts.is_merged, SkipReason.MERGED
    yield conditions.answered is Answered.ALREADY and not facts.is_answered, SkipReason.NOT_ANSWERED
    yield bool(conditions.statuses) and facts.status not in conditions.statuses, SkipReason.STATUS
    yield bool(conditions.programs) and not conditions.programs & facts.programs, SkipReason.PROGRAM
    needed = {conditions.consent} - {""} | ({"email"} if says == Says.NEWS else set())
    yield bool(needed - facts.consents), SkipReason.CONSENT


# An address that no mail can be sent to is no objection: the message fails visibly.
OBJECTIONS = {
    ContactObstacle.UNREACHABLE: SkipReason.UNDELIVERABLE,
    ContactObstacle.UNSUBSCRIBED: SkipReason.UNSUBSCRIBED,
}


def should_send(row: FollowUp) -> bool:
    """False for an erased or ended lead, a nudge after the answer, an address suppressed since,
    and where the row's own conditions do not hold.

    An event is wanted as long as its endpoint is; news of an appointment whatever became of the
    lead, because somebody would come in vain.
    """
    return get_skip_reason(row) is None


def get_skip_reason(row: FollowUp) -> SkipReason | None:
    """Why the row would not be sent as things stand; None when it would."""
    lead = row.lead
    if row.endpoint is not None and not row.endpoint.is_active:
        return SkipReason.ENDPOINT_OFF
    if lead is None or (row.endpoint is not None and row.event != Event.STEP_DUE):
        return None
    if row.purpose == FollowUp.Purpose.RECEIVED:  # whatever became of the request: they wrote
        return SkipReason.ERASED if lead.erased_at else None
    if row.purpose in (FollowUp.Purpose.ADDRESS_CHANGED, FollowUp.Purpose.NEW_LINK):
        # They protect the person, whatever became of the request.
        return SkipReason.ERASED if lead.erased_at else _find_suppression(row, lead)
    if row.purpose == FollowUp.Purpose.APPOINTMENT:
        is_erased = lead.erased_at is not None and _to_applicant(row)
        return SkipReason.ERASED if is_erased else _find_suppression(row, lead)
    if row.purpose == FollowUp.Purpose.APPOINTMENT_REMINDER and not _is_to_come(row):
        return SkipReason.CANCELLED_TALK
    has_conditions = bool(row.conditions) or row.purpose == Says.NEWS
    found = get_rule_skip_reason(
        says=row.purpose,
        conditions=Conditions.thaw(row.conditions),
        facts=get_lead_state(lead) if has_conditions else get_basic_lead_state(lead),
    )
    return found or _find_suppression(row, lead)


def get_basic_lead_state(lead: Lead) -> Facts:
    """What the rules of every message look at."""
    return Facts(
        status=lead.status,
        is_ended=not lead.is_open,
        is_erased=lead.erased_at is not None,
        is_merged=lead.merged_into_id is not None,
        is_answered=lead.first_answered_at is not None,
    )


def get_lead_state(lead: Lead) -> Facts:
    """The same, and what else conditions look at, as the lead is now."""
    granted = {channel for channel, one in get_consents(lead).items() if one.is_granted}
    programs = {one.offering.program_id for one in lead.choices.all() if one.offering is not None}
    return replace(
        get_basic_lead_state(lead), consents=frozenset(granted), programs=frozenset(programs)
    )


def _to_applicant(row: FollowUp) -> bool:
    return row.recipient == FollowUp.Recipient.APPLICANT


def _find_suppression(row: FollowUp, lead: Lead) -> SkipReason | None:
    """An applicant's address that takes no emails, or was ended since they asked."""
    if not _to_applicant(row):
        return None
    if is_same_email(row.address, lead.email):
        obstacle = find_contact_obstacle(lead, Channel.EMAIL, purpose=ContactPurpose.ANSWER)
        return OBJECTIONS.get(obstacle) if obstacle else None
    if is_suppressed(
        institution=lead.institution,
        channel=Channel.EMAIL,
        address=row.address,
        since=lead.captured_at,
    ):
        return SkipReason.UNSUBSCRIBED
    return None


def _is_to_come(row: FollowUp) -> bool:
    appointment = row.appointment
    return appointment is not None and appointment.state == appointment.State.BOOKED
