"""Whether a message is still wanted at the moment of sending, whatever was planned."""

from dataclasses import replace

from hcprograms.followup.conditions import Facts, Objection, find_objection
from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.steps import Conditions, Says
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

# An address that no mail can be sent to is no objection: the message fails visibly.
OBJECTIONS = {
    ContactObstacle.UNREACHABLE: Objection.UNDELIVERABLE,
    ContactObstacle.UNSUBSCRIBED: Objection.UNSUBSCRIBED,
}


def is_wanted(row: FollowUp) -> bool:
    """False for an erased or ended lead, a nudge after the answer, an address suppressed since,
    and where the row's own conditions do not hold.

    An event is wanted as long as its endpoint is; news of an appointment whatever became of the
    lead, because somebody would come in vain.
    """
    return find_row_objection(row) is None


def find_row_objection(row: FollowUp) -> Objection | None:
    """Why the row would not be sent as things stand; None when it would."""
    lead = row.lead
    if row.endpoint is not None and not row.endpoint.is_active:
        return Objection.ENDPOINT_OFF
    if lead is None or (row.endpoint is not None and row.event != Event.STEP_DUE):
        return None
    if row.purpose == FollowUp.Purpose.RECEIVED:  # whatever became of the request: they wrote
        return Objection.ERASED if lead.erased_at else None
    if row.purpose in (FollowUp.Purpose.ADDRESS_CHANGED, FollowUp.Purpose.NEW_LINK):
        # They protect the person, whatever became of the request.
        return Objection.ERASED if lead.erased_at else _find_suppression(row, lead)
    if row.purpose == FollowUp.Purpose.APPOINTMENT:
        is_erased = lead.erased_at is not None and _to_applicant(row)
        return Objection.ERASED if is_erased else _find_suppression(row, lead)
    if row.purpose == FollowUp.Purpose.APPOINTMENT_REMINDER and not _is_to_come(row):
        return Objection.CANCELLED_TALK
    has_conditions = bool(row.conditions) or row.purpose == Says.NEWS
    found = find_objection(
        says=row.purpose,
        conditions=Conditions.thaw(row.conditions),
        facts=read_facts(lead) if has_conditions else read_basic_facts(lead),
    )
    return found or _find_suppression(row, lead)


def read_basic_facts(lead: Lead) -> Facts:
    """What the rules of every message look at."""
    return Facts(
        status=lead.status,
        is_ended=not lead.is_open,
        is_erased=lead.erased_at is not None,
        is_merged=lead.merged_into_id is not None,
        is_answered=lead.first_answered_at is not None,
    )


def read_facts(lead: Lead) -> Facts:
    """The same, and what else conditions look at, as the lead is now."""
    granted = {channel for channel, one in get_consents(lead).items() if one.is_granted}
    programs = {one.offering.program_id for one in lead.choices.all() if one.offering is not None}
    return replace(
        read_basic_facts(lead), consents=frozenset(granted), programs=frozenset(programs)
    )


def _to_applicant(row: FollowUp) -> bool:
    return row.recipient == FollowUp.Recipient.APPLICANT


def _find_suppression(row: FollowUp, lead: Lead) -> Objection | None:
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
        return Objection.UNSUBSCRIBED
    return None


def _is_to_come(row: FollowUp) -> bool:
    appointment = row.appointment
    return appointment is not None and appointment.state == appointment.State.BOOKED
