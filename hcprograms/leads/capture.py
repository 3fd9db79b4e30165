"""Create a lead with its consents and follow-up from a validated submission, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.assignment import (
    Assignment,
    assign_by_rules,
    build_assignment_event,
    get_routing_plan,
)
from hcprograms.leads.duplicates import compute_name_key
from hcprograms.leads.lead_files import describe_files
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.files import LeadFile
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadChoice, LeadEvent
from hcprograms.leads.offerings import name_offering
from hcprograms.leads.submission import Submission, build_attempt
from hcprograms.leads.visitor import name_source
from hcprograms.signals import lead_captured


@dataclass(frozen=True, slots=True)
class Captured:
    """The lead of a submission; ``created`` is False where an earlier submit had made it."""

    lead: Lead
    created: bool


def capture_lead(*, form: InterestForm, submission: Submission, now: datetime) -> Captured:
    """Write the lead, its choices, consents, files, timeline and log line, all or nothing.

    The lead is assigned, and receivers of ``lead_captured`` plan its follow-up in the same
    transaction. A suspected lead is held for review and announced to nobody until
    :func:`~hcprograms.leads.status.release_lead`. A submission that was captured before gives
    the lead of the first time.
    """
    with scope(institution=form.institution):
        # Read before the transaction: SQLite has one writer, and others wait for it.
        plan = None if submission.suspicion else get_routing_plan(institution=form.institution)
        lead = _build_lead(form, submission, now)
        try:
            with transaction.atomic():
                assignment = None
                if plan:
                    assignment = assign_by_rules(
                        lead=lead, offerings=submission.offerings, plan=plan, now=now
                    )
                lead.save(force_insert=True)
                LeadChoice.objects.bulk_create(_build_choices(lead, submission))
                Consent.objects.bulk_create(_build_consents(lead, form, submission))
                LeadFile.objects.bulk_create(describe_files(lead, submission.files))
                LeadEvent.objects.bulk_create(_build_events(lead, form, submission, assignment))
                build_attempt(form=form, lead=lead, submission=submission, now=now).save()
                if assignment:
                    lead_captured.send(
                        sender=Lead, lead=lead, members=assignment.members, plan=plan, now=now
                    )
        except IntegrityError:
            first = _record_repeat(form, submission, now)
            if first is None:
                raise
            return Captured(first, created=False)
    return Captured(lead, created=True)


def _record_repeat(form: InterestForm, submission: Submission, now: datetime) -> Lead | None:
    """Log that a submission came again; None where no lead of it is left to be found."""
    first = Lead.objects.filter(submission_id=submission.id).first()
    with transaction.atomic():
        if first is None or not lock_leads([first]):
            return None
        build_attempt(form=form, lead=first, submission=submission, repeated=True, now=now).save()
    return first


def _build_lead(form: InterestForm, submission: Submission, now: datetime) -> Lead:
    return Lead(
        **submission.details,
        status=Lead.Status.QUARANTINED if submission.suspicion else Lead.Status.NEW,
        submission_id=submission.id,
        institution=form.institution,
        form=form,
        form_version=submission.form_version,
        extra=[dict(answer) for answer in submission.extra],
        answers=dict(submission.answers),
        recommendation=dict(submission.recommendation),
        attribution=dict(submission.visitor.attribution),
        language=submission.visitor.language,
        captured_at=now,
        name_key=compute_name_key(submission.details.get("name", "")),
        source=name_source(submission.visitor.attribution),
    )


def _build_choices(lead: Lead, submission: Submission) -> list[LeadChoice]:
    if submission.program:
        return [LeadChoice(lead=lead, title=submission.program[:400])]
    return [
        LeadChoice(lead=lead, offering=offering, title=name_offering(offering)[:400])
        for offering in submission.offerings
    ]


def _build_consents(lead: Lead, form: InterestForm, submission: Submission) -> list[Consent]:
    """Return one row per box that was shown, ticked or not."""
    decisions = {True: Consent.Decision.GRANTED, False: Consent.Decision.NOT_GRANTED}
    return [
        Consent(
            institution=form.institution,
            lead=lead,
            channel=shown.channel,
            decision=decisions[ticked],
            method=Consent.Method.FORM,
            decided_at=lead.captured_at,
            text=shown.text,
            text_version=shown.version,
            text_sha256=shown.sha256,
            seller=form.institution.seller,
            contact_point=lead.email if shown.channel == Channel.EMAIL else lead.phone,
            form_version=submission.form_version,
            page_url=submission.visitor.page_url,
            ip_address=submission.visitor.ip_address,
            user_agent=submission.visitor.user_agent,
        )
        for shown, ticked in submission.consents
    ]


def _build_events(
    lead: Lead, form: InterestForm, submission: Submission, assignment: Assignment | None
) -> list[LeadEvent]:
    asked = LeadEvent(lead=lead, kind=LeadEvent.Kind.CAPTURED, at=lead.captured_at, text=form.title)
    if assignment is None:
        asked.text = _("%(form)s; held for review: %(reason)s") % {
            "form": form.title,
            "reason": submission.suspicion,
        }
        return [asked]
    return [asked, build_assignment_event(lead, assignment, at=lead.captured_at)]
