"""A message that was given up, once more because a person wants it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.notify import notify_worker
from hcprograms.followup.queue import LEASE_ENDED
from hcprograms.institutions.scoping import scope
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import LeadEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def send_again(*, follow_up: FollowUp, user: "User", now: datetime) -> FollowUp:
    """Plan a failed message anew, due at once, with all its attempts before it.

    An event that an endpoint has taken may be sent again too: it has the same id, by which the
    other system tells copies. Raises :class:`NotAllowedNowError` for any other message: it is on
    its way, sent, or not wanted; and while the endpoint is paused.
    """
    _check_endpoint(follow_up)
    with scope(institution=follow_up.institution), transaction.atomic():
        if follow_up.lead is not None:
            lock_lead(follow_up.lead)
        ended = FollowUp.objects.filter(_ended(), pk=follow_up.pk)
        changed = ended.update(
            state=FollowUp.State.PLANNED,
            due_at=now,
            attempts=0,
            ambiguous_attempts=0,
            first_attempt_at=None,
            sent_at=None,
            **LEASE_ENDED,
        )
        if not changed:
            raise NotAllowedNowError(_("Only a message that failed can be sent again."))
        if follow_up.endpoint_id is None and follow_up.lead_id is not None:
            _write_event(follow_up, follow_up.lead_id, user, now)
        transaction.on_commit(notify_worker, robust=True)
        follow_up.refresh_from_db()
    return follow_up


def may_be_sent_again(row: FollowUp) -> bool:
    """Whether the row is in a state for :func:`send_again`."""
    taken_by_system = row.state == FollowUp.State.SENT and row.endpoint_id is not None
    return row.state == FollowUp.State.FAILED or taken_by_system


def _ended() -> Q:
    """The same as :func:`may_be_sent_again`, asked of the database."""
    taken_by_system = Q(state=FollowUp.State.SENT, endpoint__isnull=False)
    return Q(state=FollowUp.State.FAILED) | taken_by_system


def _check_endpoint(follow_up: FollowUp) -> None:
    if follow_up.endpoint and follow_up.endpoint.is_paused:
        raise NotAllowedNowError(_("The endpoint is paused: resume it first."))


def _write_event(follow_up: FollowUp, lead_id: int, user: "User", now: datetime) -> None:
    text = _("to be sent again: %(purpose)s to %(address)s") % {
        "purpose": follow_up.get_purpose_display(),
        "address": follow_up.address,
    }
    LeadEvent.objects.create(
        lead_id=lead_id, kind=LeadEvent.Kind.NOTE, at=now, actor=user, text=text
    )
