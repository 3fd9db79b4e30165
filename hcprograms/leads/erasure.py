"""Erasing a person: the lead stays as a number, everything that names somebody goes."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.appointments.booking import cancel_appointment
from hcprograms.leads.family import find_whole_family
from hcprograms.leads.lead_files import erase_files
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
    merged are one person's: they are erased together. With ``why`` it is not the person who
    wants it but time: the timeline says so, and their addresses may be written to again.
    """
    with scope(institution=lead.institution), transaction.atomic():
        family = [one.pk for one in find_whole_family(lead=lead)]
        rows = Lead.objects.select_for_update(of=("self",)).filter(pk__in=family).order_by("pk")
        for one in rows:
            if one.erased_at is None:
                _erase(one, method, now, user, why)
        LeadMerge.objects.filter(kept__in=family).delete()
        return Lead.objects.select_related("institution").get(pk=lead.pk)


def _erase(lead: Lead, method: str, now: datetime, user: "User | None", why: str) -> None:
    if not why:
        _suppress(lead, method, now)
    _clear_attempts(lead)
    _clear_lead(lead, now)
    erase_files(lead=lead, now=now)
    Consent.objects.filter(lead=lead).delete()
    LeadEvent.objects.filter(lead=lead).delete()
    LeadEvent.objects.create(
        lead=lead, kind=LeadEvent.Kind.ERASED, at=now, actor=user, text=why or _why(method)
    )
    lead_erased.send(sender=Lead, lead=lead, now=now)
    _give_time_back(lead, now)


def _give_time_back(lead: Lead, now: datetime) -> None:
    """An appointment to come is cancelled, and its advisor told so without a name."""
    for appointment in Appointment.objects.filter(lead=lead, state=Appointment.State.BOOKED):
        cancel_appointment(appointment=appointment, now=now)


def _suppress(lead: Lead, method: str, now: datetime) -> None:
    addresses = {Channel.EMAIL: lead.email, Channel.CALL: lead.phone, Channel.TEXT: lead.phone}
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
