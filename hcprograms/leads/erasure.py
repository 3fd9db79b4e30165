"""Erasing a person: the lead stays as a number, everything that names somebody goes."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.booking import cancel_appointment
from hcprograms.leads.lead_files import erase_files
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.merging import part_leads
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.suppression import suppress_address
from hcprograms.signals import lead_erased

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EMPTY_TEXTS = (
    "close_reason",
    "name",
    "name_key",
    "source",
    "email",
    "bounced_address",
    "own_email_hash",
    "phone",
    "country",
    "state",
    "education",
    "military",
    "start_from",
    "best_time",
    "message",
    "organisation",
    "topics",
    "language",
)
EMPTY_JSON = ("answers", "recommendation", "attribution")


def erase_lead(
    *, lead: Lead, method: str, now: datetime, user: "User | None" = None, why: str = ""
) -> Lead:
    """Remove the person everywhere, for good; a second time changes nothing.

    What stays: that there was a lead, at which institution, about which programs and how fast it
    was answered; one line that says it was erased; and hashes of the addresses, so that they are
    not written to again. Receivers of ``lead_erased`` clear what they keep. Requests that staff
    merged are erased together. With ``why`` it is not the person who wants it but time: the
    timeline says so, and their addresses may be written to again.
    """
    with scope(institution=lead.institution), transaction.atomic():
        for one in _lock_family(lead):
            if one.erased_at is None:
                _erase(one, method, now, user, why)
        _delete_merges()
        return Lead.objects.select_related("institution").get(pk=lead.pk)


def erase_leads(*, leads: Sequence[Lead], method: str, now: datetime) -> None:
    """Remove the person from these leads of one institution only, as :func:`erase_lead` does.

    For a link, which acts on what it was made for: a lead that staff merged with one of these is
    parted from it first, and stays.
    """
    with scope(institution=leads[0].institution), transaction.atomic():
        family = {one.pk: one for one in _lock_family(leads[0])}
        keys = {one.pk for one in leads}
        for merge in LeadMerge.objects.filter(kept__in=family, undone_at=None).order_by("-at"):
            if (merge.kept_id in keys) != (merge.other_id in keys):
                kept, other = family[merge.kept_id], family[merge.other_id]
                part_leads(merge=merge, kept=kept, other=other, user=None, now=now)
        for lead in leads:
            lock_lead(lead, even_if_erased=True)
            if lead.erased_at is None:
                _erase(lead, method, now, None, "")
        _delete_merges()


def _delete_merges() -> None:
    """Nobody is left whom they would tell something about."""
    LeadMerge.objects.filter(kept__erased_at__isnull=False, other__erased_at__isnull=False).delete()


def _lock_family(lead: Lead) -> Sequence[Lead]:
    """The lead and those merged with it, locked; a merge that is under way is waited for."""
    found: set[int] = set()
    while True:
        lead.refresh_from_db(fields=["merged_into"])
        kept = lead.merged_into_id or lead.pk
        family = Lead.objects.filter(Q(pk=kept) | Q(merged_into=kept)).order_by("pk")
        rows = list(family.select_for_update(of=("self",)).select_related("institution"))
        keys = {one.pk for one in rows}
        if keys == found:
            return rows
        found = keys


def _erase(lead: Lead, method: str, now: datetime, user: "User | None", why: str) -> None:
    if not why:
        _suppress(lead, method, now, with_phone=user is not None)
    _clear_attempts(lead)
    _clear_lead(lead, now)
    erase_files(lead=lead, now=now)
    Consent.objects.filter(lead=lead).delete()
    LeadEvent.objects.filter(lead=lead).delete()
    LeadEvent.objects.create(
        lead=lead, kind=LeadEvent.Kind.ERASED, at=now, actor=user, text=why or _why(method)
    )
    # What was taken over is among it. That a link was mailed before two leads parted still counts.
    merges = LeadMerge.objects.filter(Q(kept=lead) | Q(other=lead))
    merges.update(changes={}, undone_at=Coalesce("undone_at", Value(now)))
    lead_erased.send(sender=Lead, lead=lead, now=now)
    _give_time_back(lead, now)


def _give_time_back(lead: Lead, now: datetime) -> None:
    """An appointment to come is cancelled, and its advisor told so without a name."""
    for appointment in Appointment.objects.filter(lead=lead, state=Appointment.State.BOOKED):
        cancel_appointment(appointment=appointment, now=now)


def _suppress(lead: Lead, method: str, now: datetime, *, with_phone: bool) -> None:
    """Remember not to use the addresses; a phone number only where staff erase the person.

    Whoever erases by a link has shown that they read the mailbox. The number may be a third
    person's, who would wonder why nobody calls back.
    """
    addresses = {Channel.EMAIL: lead.email}
    if with_phone:
        addresses |= {Channel.CALL: lead.phone, Channel.TEXT: lead.phone}
    for channel, address in addresses.items():
        if address:
            suppress_address(
                institution=lead.institution,
                channel=channel,
                address=address,
                reason=method,
                now=now,
            )


def _clear_attempts(lead: Lead) -> None:
    """The lead's own lines of the capture log, and refused ones that named the same address."""
    same_address = Q(lead=None, submitted__email__0__iexact=lead.email)
    attempts = CaptureAttempt.objects.filter(Q(lead=lead) | same_address)
    attempts.update(ip_address=None, detail="", submitted={})


def _clear_lead(lead: Lead, now: datetime) -> None:
    for name in EMPTY_TEXTS:
        setattr(lead, name, "")
    for name in EMPTY_JSON:
        setattr(lead, name, {})
    lead.extra = []
    lead.people = None
    lead.bounced_at = None
    # Made from what was typed: whoever guesses that could recognise it.
    lead.submission_id = uuid.uuid4()
    lead.status = Lead.Status.CLOSED
    lead.erased_at = now
    lead.save()


def _why(method: str) -> str:
    return _("by the person (%(method)s)") % {"method": Consent.Method(method).label}
