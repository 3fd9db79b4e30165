"""Whether a message is still wanted at the moment of sending, whatever was planned."""

from hcprograms.followup.cancelling import NUDGES
from hcprograms.followup.models import FollowUp
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.suppression import is_suppressed

ENDED = (Lead.Status.CLOSED, Lead.Status.SPAM, Lead.Status.QUARANTINED)


def is_wanted(row: FollowUp) -> bool:
    """False for an erased or ended lead, a nudge after the answer, an address suppressed since.

    An event is wanted as long as its endpoint is; news of an appointment whatever became of the
    lead, because somebody would come in vain.
    """
    lead = row.lead
    if row.endpoint is not None:
        return row.endpoint.is_active
    if lead is None:
        return True
    if row.purpose == FollowUp.Purpose.APPOINTMENT:
        return row.recipient != FollowUp.Recipient.APPLICANT or _may_be_written_to(row, lead)
    if row.purpose == FollowUp.Purpose.APPOINTMENT_REMINDER and not _is_to_come(row):
        return False
    if lead.erased_at or lead.status in ENDED:
        return False
    if row.purpose in NUDGES and (lead.first_answered_at or lead.merged_into_id):
        return False
    return row.recipient != FollowUp.Recipient.APPLICANT or _may_be_written_to(row, lead)


def _may_be_written_to(row: FollowUp, lead: Lead) -> bool:
    return lead.erased_at is None and not is_suppressed(
        institution=lead.institution,
        channel=Channel.EMAIL,
        address=row.address,
        since=lead.captured_at,
    )


def _is_to_come(row: FollowUp) -> bool:
    appointment = row.appointment
    return appointment is not None and appointment.state == appointment.State.BOOKED
