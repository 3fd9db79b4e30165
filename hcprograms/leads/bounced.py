"""An address that took no emails: staff know the right one, or that it works after all."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.correction import correct_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import NotAllowedNowError
from hcprograms.leads.visitor import Visitor

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def correct_address(*, lead: Lead, email: str, user: "User", now: datetime) -> None:
    """Write to this address from now on, because the person told staff.

    The request is confirmed to it, and what waits for the old address goes to it. The same
    address again says that it works after all: it is tried anew. Raises
    :class:`NotAllowedNowError` where there is nothing to correct.
    """
    if email.casefold() != lead.email.casefold():
        correct_lead(lead=lead, details={"email": email}, visitor=Visitor(), user=user, now=now)
        return
    with scope(institution=lead.institution), transaction.atomic():
        cleared = Lead.objects.filter(pk=lead.pk).exclude(bounced_address="")
        if not cleared.update(bounced_address="", bounced_at=None):
            raise NotAllowedNowError(_("This is the address that is held already."))
        LeadEvent.objects.create(
            lead=lead,
            kind=LeadEvent.Kind.NOTE,
            at=now,
            actor=user,
            text=_("%(address)s takes emails after all.") % {"address": lead.email},
        )
