"""A corrected email address: what was to go to the old one goes to the new, and it is confirmed."""

from datetime import datetime

from hcprograms.followup.models import FollowUp
from hcprograms.followup.planning import FINISHED
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

MAX_CONFIRMATIONS = 5
"""To one lead's addresses: nobody may have mail sent to others by correcting again and again."""


def redirect_to_applicant(*, lead: Lead, before: str, now: datetime) -> bool:
    """Call in the transaction of the correction. Returns whether there is something to send."""
    with scope(institution=lead.institution):
        ours = FollowUp.objects.filter(lead=lead, recipient=FollowUp.Recipient.APPLICANT)
        for row in ours.filter(state=FollowUp.State.PLANNED, address__iexact=before):
            _redirect(row, lead.email)
        confirmations = ours.filter(purpose=FollowUp.Purpose.CONFIRMATION)
        known = set(confirmations.values_list("address", flat=True))
        if lead.email in known or len(known) >= MAX_CONFIRMATIONS:
            return bool(known)
        if lead.status in (Lead.Status.QUARANTINED, *FINISHED):
            return False
        FollowUp.objects.create(
            institution=lead.institution,
            lead=lead,
            purpose=FollowUp.Purpose.CONFIRMATION,
            recipient=FollowUp.Recipient.APPLICANT,
            address=lead.email,
            due_at=now,
        )
    return True


def _redirect(row: FollowUp, address: str) -> None:
    """To the new address, or nowhere if the same message has one to it already."""
    same = FollowUp.objects.filter(
        lead=row.lead, purpose=row.purpose, step=row.step, address=address
    )
    if same.exists():
        row.state = FollowUp.State.CANCELLED
    else:
        row.address = address
    row.save(update_fields=["state", "address"])
