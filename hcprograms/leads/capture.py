"""The only way in: a submit becomes a lead with its proof of consent, all or nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.assigning import Assignment, assign_in_turn, describe_inquiry
from hcprograms.leads.attempts import log_capture
from hcprograms.leads.choices import name_offering
from hcprograms.leads.comparing import compute_name_key
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadChoice, LeadEvent
from hcprograms.leads.routing_plan import Plan, find_plan
from hcprograms.leads.service_level import compute_answer_due
from hcprograms.leads.submission import Submission
from hcprograms.leads.visitor import name_source
from hcprograms.signals import lead_captured


@dataclass(frozen=True, slots=True)
class Captured:
    lead: Lead
    created: bool


def capture_lead(*, form: InterestForm, submission: Submission, now: datetime) -> Captured:
    """Write the lead, choices, consents, timeline and log in one transaction.

    A submit that arrives again gives the lead of the first time. Receivers of ``lead_captured``
    write their rows in the same transaction; a suspected lead is written as quarantined and
    announced to nobody until :func:`~hcprograms.leads.release.release_lead`.
    """
    plan = find_plan(institution=form.institution)
    with scope(institution=form.institution):
        try:
            with transaction.atomic():
                return Captured(_write(form, submission, plan, now), created=True)
        except IntegrityError:
            first = Lead.objects.filter(submission_id=submission.id).first()
            if first is None:
                raise
        log_capture(form=form, lead=first, submission=submission, repeated=True, now=now)
        return Captured(first, created=False)


def _write(form: InterestForm, submission: Submission, plan: Plan, now: datetime) -> Lead:
    lead, assignment = _write_lead(form, submission, plan, now)
    LeadChoice.objects.bulk_create(
        LeadChoice(lead=lead, offering=offering, title=name_offering(offering)[:400])
        for offering in submission.offerings
    )
    Consent.objects.bulk_create(_consents(lead, form, submission))
    LeadEvent.objects.bulk_create(_events(lead, form, submission, assignment))
    log_capture(form=form, lead=lead, submission=submission, repeated=False, now=now)
    if lead.status == Lead.Status.NEW:
        lead_captured.send(sender=Lead, lead=lead, now=now)
    return lead


def _write_lead(
    form: InterestForm, submission: Submission, plan: Plan, now: datetime
) -> tuple[Lead, Assignment | None]:
    lead = Lead(
        **submission.details,
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
    assignment = None
    if submission.suspicion:
        lead.status = Lead.Status.QUARANTINED
    else:
        inquiry = describe_inquiry(lead=lead, offerings=submission.offerings)
        assignment = assign_in_turn(
            institution=form.institution, inquiry=inquiry, plan=plan, now=now
        )
        lead.assigned_to, lead.assignment_reason = assignment.membership, assignment.reason
        lead.answer_due_at = compute_answer_due(plan=plan, now=now)
    lead.save(force_insert=True)
    return lead, assignment


def _consents(lead: Lead, form: InterestForm, submission: Submission) -> list[Consent]:
    """One row per box that was shown, ticked or not."""
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


def _events(
    lead: Lead, form: InterestForm, submission: Submission, assignment: Assignment | None
) -> list[LeadEvent]:
    asked = LeadEvent(lead=lead, kind=LeadEvent.Kind.CAPTURED, at=lead.captured_at, text=form.title)
    if assignment is None:
        asked.text = _("%(form)s; held for review: %(reason)s") % {
            "form": form.title,
            "reason": submission.suspicion,
        }
        return [asked]
    return [asked, describe_assignment(lead, assignment, at=lead.captured_at)]


def describe_assignment(lead: Lead, assignment: Assignment, *, at: datetime) -> LeadEvent:
    """The timeline's entry, not yet saved, of who got the lead and why."""
    who = assignment.membership.display_name if assignment.membership else _("nobody")
    why = "; ".join(filter(None, [assignment.reason, assignment.details]))
    text = _("%(who)s: %(reason)s") % {"who": who, "reason": why}
    return LeadEvent(lead=lead, kind=LeadEvent.Kind.ASSIGNED, at=at, text=text)
