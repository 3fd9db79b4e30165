"""A message that was given up, once more because a person wants it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.wakeup import wake
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import LeadEvent
from hcprograms.leads.status import NotAllowedNowError

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def send_again(*, follow_up: FollowUp, user: "User", now: datetime) -> FollowUp:
    """Plan a failed message anew, due at once, with all its attempts before it.

    Raises :class:`NotAllowedNowError` for any other: it is on its way, sent, or not wanted.
    """
    with scope(institution=follow_up.institution), transaction.atomic():
        failed = FollowUp.objects.filter(pk=follow_up.pk, state=FollowUp.State.FAILED)
        changed = failed.update(
            state=FollowUp.State.PLANNED,
            due_at=now,
            attempts=0,
            ambiguous_attempts=0,
            first_attempt_at=None,
            claim_token=None,
            claimed_at=None,
        )
        if not changed:
            raise NotAllowedNowError(_("Only a message that failed can be sent again."))
        text = _("to be sent again: %(purpose)s to %(address)s") % {
            "purpose": follow_up.get_purpose_display(),
            "address": follow_up.address,
        }
        LeadEvent.objects.create(
            lead_id=follow_up.lead_id, kind=LeadEvent.Kind.NOTE, at=now, actor=user, text=text
        )
        transaction.on_commit(wake, robust=True)
        follow_up.refresh_from_db()
    return follow_up
