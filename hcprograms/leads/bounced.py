"""An address that took no emails: staff know the right one, or that it works after all."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.correction import correct_lead
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.visitor import Visitor

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def correct_address(*, lead: Lead, email: str, user: "User", now: datetime) -> None:
    """Write to this address from now on, because the person told staff.

    The request is confirmed to it, and what waits for the old address goes to it. The same
    address again says that it works after all: it is tried anew. Raises
    :class:`NotAllowedNowError` where there is nothing to correct.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        # The stored text, not the mailbox: an old unchecked address is put right, too.
        if email.lower() != lead.email.lower():
            correct_lead(lead=lead, details={"email": email}, visitor=Visitor(), user=user, now=now)
            return
        if not lead.bounced_address:
            raise NotAllowedNowError(_("This is the address that is held already."))
        lead.bounced_address, lead.bounced_at = "", None
        lead.save(update_fields=["bounced_address", "bounced_at", "updated_at"])
        LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.NOTE,
            at=now,
            actor=user,
            text=_("%(address)s takes emails after all.") % {"address": lead.email},
        )
