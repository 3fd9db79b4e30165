"""Review of suspected spam: a lead released is worked like one captured this moment."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.restart import restart_lead
from hcprograms.leads.status import change_status
from hcprograms.signals import lead_captured

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def release_lead(*, lead: Lead, user: "User", now: datetime) -> Lead:
    """Assign and announce a lead that was held for review or marked as spam.

    The clock of the service level starts at the release: nobody could have answered before.
    Raises :class:`NotAllowedNowError` for any other lead.
    """
    with scope(institution=lead.institution), transaction.atomic():
        lock_lead(lead)
        if lead.status == Lead.Status.SPAM:
            return change_status(lead=lead, status=Lead.Status.NEW, user=user, now=now)
        if not lead.is_held:
            raise NotAllowedNowError(
                _("Only a lead that is held for review or marked as spam can be released.")
            )
        lead.status = Lead.Status.NEW
        restart_lead(lead=lead, kind=LeadEvent.Kind.RELEASED, user=user, now=now)
        lead_captured.send(sender=Lead, lead=lead, now=now)
    return lead
