"""Bounces, complaints and opt-outs that servers and providers report: what is done about them."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from hcprograms.followup.inbound.reports import Report, ReportKind
from hcprograms.followup.manager_alerts import alert_refused_mail, is_server_answer
from hcprograms.followup.models import FollowUp, ReceivedMail
from hcprograms.followup.notify import notify_worker_soon
from hcprograms.followup.staff_messages import notify_advisor, notify_manager
from hcprograms.institutions.email_addresses import is_same_email
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.preferences import find_requests

logger = logging.getLogger(__name__)

Outcome = ReceivedMail.Outcome

ENDED_BY = {ReportKind.COMPLAINT: Consent.Method.SPAM, ReportKind.UNSUBSCRIBED: Consent.Method.LINK}


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


def process_report(*, report: Report, key: str, source: str, now: datetime) -> ReceivedMail:
    """Act on what a mail provider reports, which proved who it is; the same ``key`` again is not.

    Raises only what the database raises: then nothing was written, and it may be told again.
    """
    with scopes_disabled(), transaction.atomic():
        note, is_new = ReceivedMail.objects.get_or_create(
            key=key, defaults={"source": source[:40], "at": now, "outcome": Outcome.UNKNOWN}
        )
        if is_new:
            note.outcome, note.institution = act_on_report(report=report, is_trusted=True, now=now)
            note.save(update_fields=["outcome", "institution"])
            transaction.on_commit(notify_worker_soon, robust=True)
    logger.info("A mail provider reported (%s): %s", source, note.outcome)
    return note


def process_reports(
    *, reports: Sequence[Report], is_trusted: bool = False, now: datetime
) -> tuple[str, Institution | None]:
    """Act on each; return the last outcome and whom it concerned. Needs scopes disabled.

    ``is_trusted``: they come from a mail provider that proved who it is. Anybody can send a mail
    that looks like a report: such a one is believed only if it names a message of ours, whose id
    nobody else knows but its receivers.
    """
    outcome, institution = Outcome.UNKNOWN, None
    for report in reports:
        found, concerned = act_on_report(report=report, is_trusted=is_trusted, now=now)
        if found != Outcome.UNKNOWN:
            outcome, institution = found, concerned
    return outcome, institution


def act_on_report(
    *, report: Report, is_trusted: bool, now: datetime
) -> tuple[Outcome, Institution | None]:
    """Mark a dead address, note one message that came back, or end emails after a complaint.

    What names a message of ours is about the address that the message went to. Else every
    institution that writes to the address is concerned by its death, and by a complaint the one
    whose message went there last.
    """
    row, is_to_address = _find_row(report)
    if report.kind == ReportKind.LATER:
        return Outcome.UNKNOWN, None
    if report.kind in ENDED_BY:
        about = row if is_to_address else None
        about = about or (_find_last_sent(report.address) if is_trusted else None)
        return end_emails(row=about, method=ENDED_BY[report.kind], now=now)
    if row is not None and (is_to_address or not report.is_formal):
        return _note_failure(row, report, is_to_address, now), row.institution
    if is_trusted and report.kind == ReportKind.DEAD and report.address and report.message is None:
        return _mark_everywhere(report, now)
    return Outcome.UNKNOWN, None


def _note_failure(row: FollowUp, report: Report, is_to_address: bool, now: datetime) -> Outcome:
    """Mark the message; the address only where the report names it."""
    _mark_failed(row, report.reason, now)
    if not is_to_address:
        return Outcome.RETURNED
    if report.kind == ReportKind.DEAD:
        record_hard_bounce(row=row, reason=report.reason, now=now)
        return Outcome.BOUNCED
    if report.is_formal or is_server_answer(report.reason):
        alert_refused_mail(institution=row.institution, reason=report.reason, now=now)
    return Outcome.RETURNED


def end_emails(
    *, row: FollowUp | None, method: Consent.Method, now: datetime
) -> tuple[Outcome, Institution | None]:
    """End emails to the applicant of a message, who called it spam or ended them elsewhere."""
    if row is None or row.lead is None or row.recipient != FollowUp.Recipient.APPLICANT:
        return Outcome.UNKNOWN, None
    for lead in lock_leads(find_requests(lead=row.lead)):
        withdraw_consent(lead=lead, channels=[Channel.EMAIL], method=method, now=now)
    return Outcome.WITHDRAWN, row.institution


def _find_row(report: Report) -> tuple[FollowUp | None, bool]:
    """The message that it is about, and whether that went to the address the report names.

    A report without any address is about the one we wrote to.
    """
    ids = [one for one in [report.message, *report.other_messages] if one]
    if not ids:
        return None, False
    rows = FollowUp.objects.filter(public_id__in=ids, endpoint=None, institution__isnull=False)
    by_id = {
        row.public_id: row
        for row in rows.select_related("lead__institution", "institution", "membership__user")
    }
    row = next((by_id[one] for one in ids if one in by_id), None)
    if row is None or (row.lead and row.lead.erased_at):
        return None, False
    named = [one for one in [report.address, *report.other_addresses] if one]
    return row, not named or any(is_same_email(row.address, one) for one in named)


def _find_last_sent(address: str) -> FollowUp | None:
    if not address:
        return None
    sent = FollowUp.objects.filter(
        lead__email__iexact=address,
        recipient=FollowUp.Recipient.APPLICANT,
        state=FollowUp.State.SENT,
    )
    return sent.select_related("lead__institution", "institution").order_by("-sent_at").first()


def _mark_failed(row: FollowUp, reason: str, now: datetime) -> None:
    """Sent, and come back: visible as failed, to be sent again if somebody likes."""
    if row.lead and not lock_leads([row.lead]):
        return  # erased meanwhile, and the row with it
    told = _("It came back: %(reason)s") % {"reason": reason}
    came_back = FollowUp.objects.filter(pk=row.pk, state=FollowUp.State.SENT)
    if came_back.update(state=FollowUp.State.FAILED, last_error=told[:500]) and row.lead:
        LeadEvent.objects.create(
            lead=row.lead, kind=LeadEvent.Kind.MAIL_FAILED, at=now, text=f"{row}: {told}"[:1000]
        )


def _mark_everywhere(report: Report, now: datetime) -> tuple[Outcome, Institution | None]:
    """The report names no message: the address is dead for everybody who writes to it."""
    leads = Lead.objects.filter(email__iexact=report.address, erased_at=None)
    keys = sorted(set(leads.values_list("institution", flat=True)))
    institutions = list(Institution.objects.filter(pk__in=keys).order_by("pk"))
    for institution in institutions:
        mark_applicant(
            institution=institution, address=report.address, reason=report.reason, now=now
        )
    members = Membership.objects.filter(user__email__iexact=report.address)
    for member in members.select_related("institution", "user"):
        institutions.append(member.institution)
        _note_member(member, report, now)
    if not institutions:
        return Outcome.UNKNOWN, None
    return Outcome.BOUNCED, institutions[0] if len(institutions) == 1 else None


def _note_member(member: Membership, report: Report, now: datetime) -> None:
    """As if the last message to them had been refused."""
    rows = FollowUp.objects.filter(membership=member, lead__isnull=False, lead__erased_at=None)
    last = rows.select_related("lead__institution", "membership__user").order_by("-due_at").first()
    if last is not None and is_same_email(last.address, report.address):
        record_hard_bounce(row=last, reason=report.reason, now=now)
