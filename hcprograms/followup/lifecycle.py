"""What becomes of messages when something happens to their lead: cancelled, redirected, resent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.notify import notify_worker
from hcprograms.followup.queue import LEASE_ENDED
from hcprograms.followup.recipients import Person, find_address, find_team
from hcprograms.followup.steps import NUDGES, Answered
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.merge import LeadMerge

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def cancel_reminders(*, lead: Lead, now: datetime) -> list[int]:
    """Cancel what would ask advisors to answer, and what goes out only while nobody has.

    Returns the ids of the rows.
    """
    return _cancel(lead, Q(purpose__in=NUDGES) | Q(conditions__answered=Answered.NOT_YET.value))


def cancel_all(*, lead: Lead, now: datetime) -> list[int]:
    """Cancel everything that has not been sent to people, and steps that tell other systems.

    Of what happens to the lead, other systems are told to the end, and what the applicant wrote is
    passed on. Returns the ids of the rows.
    """
    to_people = Q(endpoint__isnull=True) & ~Q(purpose=FollowUp.Purpose.RECEIVED)
    return _cancel(lead, to_people | Q(event=Event.STEP_DUE))


def cancel_to_applicant(*, lead: Lead, now: datetime) -> int:
    """Cancel everything that would be sent to the applicant, by this and other leads of theirs."""
    with scope(institution=lead.institution):
        rows = FollowUp.objects.filter(
            recipient=FollowUp.Recipient.APPLICANT,
            address__iexact=lead.email,
            state=FollowUp.State.PLANNED,
        )
        return rows.update(state=FollowUp.State.CANCELLED)


def cancel_news(*, lead: Lead, now: datetime) -> list[int]:
    """Cancel what goes only to who agreed to further messages; answers still go out."""
    return _cancel(lead, Q(purpose=FollowUp.Purpose.NEWS))


def _cancel(lead: Lead, which: Q) -> list[int]:
    with scope(institution=lead.institution), transaction.atomic():
        rows = FollowUp.objects.filter(which, lead=lead, state=FollowUp.State.PLANNED)
        keys = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        still = FollowUp.objects.filter(pk__in=keys, state=FollowUp.State.PLANNED)
        still.update(state=FollowUp.State.CANCELLED)
    return keys


def stop_follow_ups(*, merge: LeadMerge) -> None:
    """Cancel what would tell staff of the merged lead, and nudges that an answer made needless.

    Further messages to the applicant come from the kept lead only. What was cancelled is noted in
    the merge. All else goes out.
    """
    twice = [FollowUp.Purpose.ALERT, FollowUp.Purpose.NEWS, *NUDGES]
    which = Q(lead=merge.other_id, purpose__in=twice)
    if merge.kept.first_answered_at:
        which |= Q(lead=merge.kept_id, purpose__in=NUDGES)
    with scope(institution=merge.institution):
        rows = FollowUp.objects.filter(which, state=FollowUp.State.PLANNED)
        stopped = list(rows.select_for_update().values_list("pk", flat=True))
        FollowUp.objects.filter(pk__in=stopped).update(state=FollowUp.State.CANCELLED)
    merge.stopped = stopped


def restart_follow_ups(*, merge: LeadMerge) -> int:
    """Plan again what the merge cancelled, due when it was; return how many rows that were."""
    return restart_rows(institution_id=merge.institution_id, keys=merge.stopped)


def restart_rows(*, institution_id: int, keys: Collection[int]) -> int:
    """Plan these again where they were cancelled and are still of use; return how many."""
    with scope(institution=[institution_id]):
        rows = FollowUp.objects.filter(pk__in=keys, state=FollowUp.State.CANCELLED)
        wanted = rows.filter(lead__status__in=Lead.Status.list_open()).exclude(
            purpose__in=NUDGES, lead__first_answered_at__isnull=False
        )
        keys = list(wanted.values_list("pk", flat=True))
        return FollowUp.objects.filter(pk__in=keys).update(state=FollowUp.State.PLANNED)


def erase_follow_ups(*, lead: Lead) -> int:
    """Delete the lead's rows, planned and sent; return how many that were.

    A worker that is sending one of them finds its row gone and marks nothing.
    """
    with scope(institution=lead.institution):
        return FollowUp.objects.filter(lead=lead).delete()[0]


def reassign_reminders(*, lead: Lead, now: datetime) -> int:
    """Let the lead's advisor change places with who had it, in reminders that lie ahead.

    The next reminder to an advisor goes to who has the lead; where that was somebody else's, the
    two change places in all of them but those that go to both. Times and texts stay. Returns how
    many rows were changed.
    """
    with scope(institution=lead.institution):
        rows = FollowUp.objects.filter(
            lead=lead,
            purpose=FollowUp.Purpose.REMINDER,
            recipient=FollowUp.Recipient.ADVISOR,
            state=FollowUp.State.PLANNED,
            due_at__gt=now,
        )
        ahead = list(rows.order_by("due_at", "pk").select_related("membership__user"))
        has_it = lead.assigned_to
        if has_it is None or not ahead or not find_address(has_it):
            return 0
        had_it = ahead[0].membership
        if had_it is None or had_it == has_it:
            return 0
        return sum(_change_place(row, had_it, has_it) for row in ahead)


def _change_place(row: FollowUp, had_it: Membership, has_it: Membership) -> int:
    others = {had_it.pk: has_it, has_it.pk: had_it}
    other = others.get(row.membership_id or 0)
    if other is None:
        return 0
    address = find_address(other)
    same = FollowUp.objects.filter(lead=row.lead_id, purpose=row.purpose, step=row.step)
    if same.filter(address=address).exists():
        return 0
    still = FollowUp.objects.filter(pk=row.pk, state=FollowUp.State.PLANNED)
    return still.update(membership=other, address=address)


def redirect_from_member(*, membership: Membership, now: datetime) -> int:
    """Send what is planned for a member who leaves to who has the lead, else to a manager.

    What they get anyway is cancelled. News of appointments go where the appointment went. Returns
    how many rows were changed.
    """
    school = membership.institution
    changed = 0
    with scope(institution=school):
        rows = FollowUp.objects.filter(
            membership=membership,
            lead__isnull=False,
            recipient__in=[FollowUp.Recipient.ADVISOR, FollowUp.Recipient.MANAGER],
            state=FollowUp.State.PLANNED,
        ).exclude(purpose=FollowUp.Purpose.APPOINTMENT)
        members = [
            one
            for one in school.memberships.active().select_related("user").order_by("pk")
            if one != membership
        ]
        for row in rows.select_related("lead__assigned_to__user"):
            owner = row.need_lead().assigned_to
            owner = None if owner == membership else owner
            team = find_team(institution=school, assigned_to=owner, members=members)
            people = [team.first, team.manager] if team.to_alert else []
            changed += _redirect_to_staff(row, people)
    return changed


def _redirect_to_staff(row: FollowUp, people: Sequence[Person]) -> int:
    same = FollowUp.objects.filter(lead=row.lead_id, purpose=row.purpose, step=row.step)
    taken = set(same.exclude(pk=row.pk).values_list("address", flat=True))
    still = FollowUp.objects.filter(pk=row.pk, state=FollowUp.State.PLANNED)
    for person in people:
        if person.address not in taken:
            return still.update(membership=person.membership, address=person.address)
    return still.update(state=FollowUp.State.CANCELLED)


MAX_CONFIRMATIONS = 5
"""To one lead's addresses: nobody may have mail sent to others by correcting again and again."""


def redirect_to_applicant(*, lead: Lead, before: str, now: datetime) -> bool:
    """Call in the transaction of the correction. Returns whether there is something to send."""
    with scope(institution=lead.institution):
        ours = FollowUp.objects.filter(lead=lead, recipient=FollowUp.Recipient.APPLICANT)
        ours = ours.exclude(purpose=FollowUp.Purpose.ADDRESS_CHANGED)
        for row in ours.filter(state=FollowUp.State.PLANNED, address__iexact=before):
            _redirect_to_address(row, lead.email)
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


def _redirect_to_address(row: FollowUp, address: str) -> None:
    """To the new address, or nowhere if the same message has one to it already."""
    same = FollowUp.objects.filter(
        lead=row.lead, purpose=row.purpose, step=row.step, address=address
    )
    if same.exists():
        row.state = FollowUp.State.CANCELLED
    else:
        row.address = address
    row.save(update_fields=["state", "address"])


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
        ended = FollowUp.objects.filter(_filter_ended(), pk=follow_up.pk)
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
            _write_resend_event(follow_up, follow_up.lead_id, user, now)
        transaction.on_commit(notify_worker, robust=True)
        follow_up.refresh_from_db()
    return follow_up


def may_be_sent_again(row: FollowUp) -> bool:
    """Whether the row is in a state for :func:`send_again`."""
    taken_by_system = row.state == FollowUp.State.SENT and row.endpoint_id is not None
    return row.state == FollowUp.State.FAILED or taken_by_system


def _filter_ended() -> Q:
    """The same as :func:`may_be_sent_again`, asked of the database."""
    taken_by_system = Q(state=FollowUp.State.SENT, endpoint__isnull=False)
    return Q(state=FollowUp.State.FAILED) | taken_by_system


def _check_endpoint(follow_up: FollowUp) -> None:
    if follow_up.endpoint and follow_up.endpoint.is_paused:
        raise NotAllowedNowError(_("The endpoint is paused: resume it first."))


def _write_resend_event(follow_up: FollowUp, lead_id: int, user: "User", now: datetime) -> None:
    text = _("to be sent again: %(purpose)s to %(address)s") % {
        "purpose": follow_up.get_purpose_display(),
        "address": follow_up.address,
    }
    LeadEvent.objects.create(
        lead_id=lead_id, kind=LeadEvent.Kind.NOTE, at=now, actor=user, text=text
    )
