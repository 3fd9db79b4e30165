"""A corrected email address: what was to go to the old one goes to the new, and it is confirmed."""

from datetime import datetime

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead

MAX_CONFIRMATIONS = 5
"""To one lead's addresses: nobody may have mail sent to others by correcting again and again."""


def redirect_to_applicant(*, lead: Lead, before: str, now: datetime) -> bool:
    """Call in the transaction of the correction. Returns whether there is something to send."""
    with scope(institution=lead.institution):
        ours = FollowUp.objects.filter(lead=lead, recipient=FollowUp.Recipient.APPLICANT)
        ours = ours.exclude(purpose=FollowUp.Purpose.ADDRESS_CHANGED)
        for row in ours.filter(state=FollowUp.State.PLANNED, address__iexact=before):
            _redirect(row, lead.email)
        confirmations = ours.filter(purpose=FollowUp.Purpose.CONFIRMATION)
        known = set(confirmations.values_list("address", flat=True))
        if lead.email in known or len(known) >= MAX_CONFIRMATIONS:
            return bool(known)
        if not lead.is_open:
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


def notify_former_address(*, lead: Lead, before: str, now: datetime) -> bool:
    """Tell the address that the inquiry had that it has another; whether there is one to tell.

    Once for each address. Not where emails come back from it: that is why it was corrected.
    """
    if not before or is_same_email(before, lead.bounced_address):
        return False
    with scope(institution=lead.institution):
        told = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.ADDRESS_CHANGED)
        if told.count() >= MAX_CONFIRMATIONS:
            return False
        FollowUp.objects.get_or_create(
            lead=lead,
            purpose=FollowUp.Purpose.ADDRESS_CHANGED,
            step=0,
            address=before,
            defaults={
                "institution": lead.institution,
                "recipient": FollowUp.Recipient.APPLICANT,
                "due_at": now,
            },
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
