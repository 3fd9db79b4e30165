"""Addresses that take no emails: marked, so that nothing more is sent, and somebody acts on it."""

from datetime import datetime

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp
from hcprograms.followup.staff_messages import notify_advisor, notify_manager
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead, LeadEvent

MAX_REASON = 300


def record_hard_bounce(*, row: FollowUp, reason: str, now: datetime) -> None:
    """Mark the address of a message that was refused for good, whoever's it is.

    An applicant's advisor is asked to call, a colleague's manager to see to the lead. Call in the
    transaction that ends the message.
    """
    if row.lead is None:
        if row.membership:
            mark_colleague(membership=row.membership, address=row.address, now=now)
    elif row.recipient == FollowUp.Recipient.APPLICANT:
        mark_applicant(
            institution=row.lead.institution, address=row.address, reason=reason, now=now
        )
    elif row.recipient in (FollowUp.Recipient.ADVISOR, FollowUp.Recipient.MANAGER):
        _note_colleague(row, row.lead, reason, now)


def mark_applicant(
    *, institution: Institution, address: str, reason: str, now: datetime
) -> list[Lead]:
    """Mark every request with this address at the institution; return those newly marked.

    Nothing more is sent to it until it is corrected. A mark that is there already stays as it is.
    """
    with scope(institution=institution):
        leads = Lead.objects.select_for_update(of=("self",)).filter(
            email__iexact=address, erased_at=None
        )
        same = [one for one in leads.order_by("pk") if is_same_email(one.email, address)]
        fresh = [one for one in same if not one.is_unreachable]
        for lead in fresh:
            lead.bounced_address, lead.bounced_at = lead.email, now
            lead.save(update_fields=["bounced_address", "bounced_at", "updated_at"])
            LeadEvent.objects.create(
                lead=lead,
                kind=LeadEvent.Kind.BOUNCED,
                at=now,
                text=f"{lead.email}: {reason[:MAX_REASON]}" if reason else lead.email,
            )
        _ask_to_call(fresh, now)
    return fresh


def mark_colleague(*, membership: Membership, address: str, now: datetime) -> bool:
    """Mark a colleague's address; whether it was not marked before."""
    changed = (
        Membership.objects.filter(pk=membership.pk)
        .alias(marked=Lower("bounced_address"))
        .exclude(marked=address.lower())
        .update(bounced_address=address, bounced_at=now)
    )
    membership.bounced_address, membership.bounced_at = address, now
    return bool(changed)


def _ask_to_call(leads: list[Lead], now: datetime) -> None:
    """One message about a person, on their newest request that somebody works on."""
    open_ones = [one for one in leads if one.is_open and not one.merged_into_id]
    if not open_ones:
        return
    lead = max(open_ones, key=lambda one: (one.captured_at, one.pk))
    rows = FollowUp.objects.filter(lead=lead, purpose=FollowUp.Purpose.UNDELIVERED)
    notify_advisor(
        lead=lead,
        purpose=FollowUp.Purpose.UNDELIVERED,
        step=rows.count(),
        details={"address": lead.email},
        now=now,
    )


def _note_colleague(row: FollowUp, lead: Lead, reason: str, now: datetime) -> None:
    """The colleague's address, and once for each lead a word to somebody else."""
    who = row.address
    if row.membership:
        who = row.membership.display_name
        if mark_colleague(membership=row.membership, address=row.address, now=now):
            text = _("%(who)s, %(address)s: %(reason)s") % {
                "who": who,
                "address": row.address,
                "reason": reason[:MAX_REASON],
            }
            LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.BOUNCED, at=now, text=text)
    if row.purpose == FollowUp.Purpose.UNDELIVERED and row.recipient == FollowUp.Recipient.MANAGER:
        return  # the word to somebody else came back too: no chain of them
    notify_manager(
        lead=lead,
        purpose=FollowUp.Purpose.UNDELIVERED,
        step=0,
        besides=row.address,
        details={"address": row.address, "who": who},
        now=now,
    )
