"""What follows when something happens to a lead. Connected when the app is ready.

Receivers run in the transaction of the change, so their rows commit together with it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from hcprograms.followup.appointments import plan_for_appointment
from hcprograms.followup.lifecycle import (
    cancel_all,
    cancel_news,
    cancel_reminders,
    cancel_to_applicant,
    erase_follow_ups,
    notify_former_address,
    reassign_reminders,
    redirect_from_member,
    redirect_to_applicant,
    restart_follow_ups,
    restart_rows,
    stop_follow_ups,
)
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.notify import notify_worker_soon
from hcprograms.followup.plan import has_started, schedule_reminders, write_follow_ups
from hcprograms.followup.staff_messages import (
    find_writer,
    plan_assignment,
    plan_message,
    plan_new_link,
)
from hcprograms.followup.webhooks.publishing import publish_event
from hcprograms.institutions.models import Membership
from hcprograms.leads.assignment import RoutingPlan
from hcprograms.leads.consent import ContactPurpose
from hcprograms.leads.handover import note_left_leads
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.signals import (
    appointment_changed,
    consent_withdrawn,
    email_corrected,
    lead_answered,
    lead_captured,
    lead_closed,
    lead_erased,
    lead_reopened,
    lead_undone,
    lead_unmerged,
    lead_updated,
    leads_assigned,
    leads_merged,
    link_requested,
    member_left,
    message_written,
)


@receiver(lead_captured, dispatch_uid="hcprograms.plan_follow_up")
def plan_follow_up(
    *,
    lead: Lead,
    now: datetime,
    members: Sequence[Membership] | None = None,
    plan: RoutingPlan | None = None,
    **kwargs: Any,
) -> None:
    if plan is None:
        # It was held for review and is released: it may have been worked on before it was held.
        plan_follow_up_anew(lead=lead, now=now)
        return
    write_follow_ups(lead=lead, members=members, plan=plan, now=now)
    publish_event(lead=lead, event=Event.LEAD_CREATED, now=now)
    transaction.on_commit(notify_worker_soon, robust=True)


@receiver(lead_reopened, dispatch_uid="hcprograms.plan_follow_up_anew")
def plan_follow_up_anew(*, lead: Lead, now: datetime, **kwargs: Any) -> None:
    was_announced = has_started(lead=lead)
    write_follow_ups(lead=lead, now=now, is_reopened=True)
    if not was_announced:
        # It was spam from the beginning; that it was reopened is an update otherwise.
        publish_event(lead=lead, event=Event.LEAD_CREATED, now=now)
    transaction.on_commit(notify_worker_soon, robust=True)


@receiver(lead_answered, dispatch_uid="hcprograms.stop_nudges")
def stop_nudges(*, lead: Lead, event: LeadEvent, now: datetime, **kwargs: Any) -> None:
    note_stopped(event, cancel_reminders(lead=lead, now=now))


@receiver(lead_closed, dispatch_uid="hcprograms.stop_follow_up")
def stop_follow_up(*, lead: Lead, event: LeadEvent, now: datetime, **kwargs: Any) -> None:
    note_stopped(event, cancel_all(lead=lead, now=now))


def note_stopped(event: LeadEvent, stopped: list[int]) -> None:
    """Remember what was cancelled, where the step can be undone."""
    if event.details is not None:
        event.details["stopped"] = stopped


@receiver(lead_undone, dispatch_uid="hcprograms.restart_stopped_follow_up")
def restart_stopped_follow_up(
    *, lead: Lead, event: LeadEvent, now: datetime, **kwargs: Any
) -> None:
    keys = (event.details or {}).get("stopped", [])
    if restart_rows(institution_id=lead.institution_id, keys=keys):
        transaction.on_commit(notify_worker_soon, robust=True)


@receiver(consent_withdrawn, dispatch_uid="hcprograms.stop_mail_to_applicant")
def stop_mail_to_applicant(
    *, lead: Lead, channel: str, answers_too: bool, now: datetime, **kwargs: Any
) -> None:
    if channel == Channel.EMAIL:
        cancel = cancel_to_applicant if answers_too else cancel_news
        cancel(lead=lead, now=now)


@receiver(lead_erased, dispatch_uid="hcprograms.erase_follow_up")
def erase_follow_up(*, lead: Lead, **kwargs: Any) -> None:
    erase_follow_ups(lead=lead)


@receiver(appointment_changed, dispatch_uid="hcprograms.plan_for_appointment")
def plan_news_of_appointment(
    *, appointment: Appointment, lead: Lead, change: str, now: datetime, **kwargs: Any
) -> None:
    if change == "booked":
        cancel_reminders(lead=lead, now=now)
    if change in ("cancelled", "missed"):
        schedule_reminders(lead=lead, now=now)
    if plan_for_appointment(appointment=appointment, change=change, now=now):
        transaction.on_commit(notify_worker_soon, robust=True)


@receiver(lead_updated, dispatch_uid="hcprograms.reassign_reminders")
def remind_who_has_it(*, lead: Lead, now: datetime, **kwargs: Any) -> None:
    reassign_reminders(lead=lead, now=now)


@receiver(leads_assigned, dispatch_uid="hcprograms.tell_new_owner")
def tell_new_owner(
    *, membership: Membership, leads: Sequence[Lead], user: Any, now: datetime, **kwargs: Any
) -> None:
    if plan_assignment(membership=membership, leads=leads, user=user, now=now):
        transaction.on_commit(notify_worker_soon, robust=True)


@receiver(member_left, dispatch_uid="hcprograms.redirect_staff_mail")
def redirect_staff_mail(*, membership: Membership, now: datetime, **kwargs: Any) -> None:
    redirect_from_member(membership=membership, now=now)


@receiver(pre_delete, sender=Membership, dispatch_uid="hcprograms.note_left_leads")
def note_leads_of_deleted_member(*, instance: Membership, **kwargs: Any) -> None:
    """Also where a membership goes together with its user."""
    now = timezone.now()
    note_left_leads(membership=instance, now=now)
    redirect_from_member(membership=instance, now=now)


@receiver(email_corrected, dispatch_uid="hcprograms.redirect_mail")
def redirect_mail(*, lead: Lead, before: str, now: datetime, **kwargs: Any) -> None:
    is_told = notify_former_address(lead=lead, before=before, now=now)
    if redirect_to_applicant(lead=lead, before=before, now=now) or is_told:
        transaction.on_commit(notify_worker_soon, robust=True)


@receiver(link_requested, dispatch_uid="hcprograms.send_new_link")
def send_new_link(*, lead: Lead, now: datetime, **kwargs: Any) -> None:
    if plan_new_link(lead=lead, now=now):
        transaction.on_commit(notify_worker_soon, robust=True)


# Other systems are told last: what they are told of is written by then.


@receiver(lead_updated, dispatch_uid="hcprograms.tell_of_update")
def tell_of_update(*, lead: Lead, now: datetime, **kwargs: Any) -> None:
    publish_event(lead=lead, event=Event.LEAD_UPDATED, now=now)


@receiver(lead_answered, dispatch_uid="hcprograms.tell_of_answer")
def tell_of_answer(*, lead: Lead, now: datetime, **kwargs: Any) -> None:
    publish_event(lead=lead, event=Event.LEAD_ANSWERED, now=now)


@receiver(consent_withdrawn, dispatch_uid="hcprograms.tell_of_withdrawal")
def tell_of_withdrawal(*, lead: Lead, channel: str, now: datetime, **kwargs: Any) -> None:
    details = {"channel": str(channel)}
    publish_event(lead=lead, event=Event.CONSENT_WITHDRAWN, now=now, details=details)


@receiver(lead_erased, dispatch_uid="hcprograms.tell_of_erasure")
def tell_of_erasure(*, lead: Lead, now: datetime, **kwargs: Any) -> None:
    publish_event(lead=lead, event=Event.LEAD_ERASED, now=now)


@receiver(leads_merged, dispatch_uid="hcprograms.stop_merged_follow_up")
def stop_merged_follow_up(*, merge: LeadMerge, **kwargs: Any) -> None:
    stop_follow_ups(merge=merge)


@receiver(lead_unmerged, dispatch_uid="hcprograms.restart_follow_up")
def restart_follow_up(*, merge: LeadMerge, **kwargs: Any) -> None:
    if restart_follow_ups(merge=merge):
        transaction.on_commit(notify_worker_soon, robust=True)


@receiver(message_written, dispatch_uid="hcprograms.plan_written_message")
def plan_written_message(
    *,
    lead: Lead,
    subject: str,
    text: str,
    user: Any,
    now: datetime,
    why: ContactPurpose,
    **kwargs: Any,
) -> None:
    writer = find_writer(institution=lead.institution, user=user)
    plan_message(lead=lead, writer=writer, now=now, why=why, subject=subject, text=text)
    transaction.on_commit(notify_worker_soon, robust=True)
