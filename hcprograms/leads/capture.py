"""The only way in: a submit becomes a lead with its proof of consent, all or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.scoping import scope
from hcprograms.leads.assigning import (
    Assignment,
    Turns,
    assign_in_turn,
    count_undisturbed,
    describe_inquiry,
    give_back,
)
from hcprograms.leads.attempts import describe_capture
from hcprograms.leads.choices import name_offering
from hcprograms.leads.comparing import compute_name_key
from hcprograms.leads.lead_files import describe_files
from hcprograms.leads.locking import lock_leads
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadChoice, LeadEvent
from hcprograms.leads.routing_plan import read_plan
from hcprograms.leads.service_level import compute_answer_due
from hcprograms.leads.submission import Submission
from hcprograms.leads.visitor import name_source
from hcprograms.leads.writing import Started, gather_rows, write_lead


@dataclass(frozen=True, slots=True)
class Captured:
    lead: Lead
    created: bool


def capture_lead(
    *, form: InterestForm, submission: Submission, now: datetime, turns: Turns | None = None
) -> Captured:
    """Write the lead, choices, consents, timeline and log in one transaction.

    A submit that arrives again gives the lead of the first time. What receivers of
    ``lead_capturing`` return is written with the lead, and those of ``lead_captured`` run in the
    same transaction; a suspected lead is written as quarantined and announced to nobody until
    :func:`~hcprograms.leads.release.release_lead`. ``turns`` as in ``assign_in_turn``.
    """
    with scope(institution=form.institution):
        lead, plan = _make_lead(form, submission, now), read_plan(institution=form.institution)
        assignment = None
        try:
            with count_undisturbed(institution=form.institution, plan=plan):
                # Before the writing's own transaction: nobody waits for a turn while it goes on.
                if not submission.suspicion:
                    assignment = assign_lead(
                        lead=lead,
                        offerings=submission.offerings,
                        now=now,
                        turns=None if plan.counts_waiting else turns,
                    )
                _write(lead, form, submission, assignment, now)
        except IntegrityError:
            if assignment and not plan.counts_waiting:
                give_back(assignment)
            return _note_repeat(form, submission, now)
    return Captured(lead, created=True)


def _note_repeat(form: InterestForm, submission: Submission, now: datetime) -> Captured:
    """To be called while handling the error that says the submission is there already."""
    first = Lead.objects.filter(submission_id=submission.id).first()
    with transaction.atomic():
        if first is None or not lock_leads([first]):
            raise
        repeat = describe_capture(
            form=form, lead=first, submission=submission, repeated=True, now=now
        )
        repeat.save(force_insert=True)
    return Captured(first, created=False)


def _write(
    lead: Lead,
    form: InterestForm,
    submission: Submission,
    assignment: Assignment | None,
    now: datetime,
) -> None:
    started = Started()
    if assignment:
        started = gather_rows(lead=lead, members=assignment.members, now=now)
    rows: list[Model] = [
        *_choices(lead, submission),
        *_consents(lead, form, submission),
        *describe_files(lead, submission.files),
        *_events(lead, form, submission, assignment),
        describe_capture(form=form, lead=lead, submission=submission, now=now),
        *started.rows,
    ]
    write_lead(lead=lead, rows=rows, announce=bool(assignment), now=now)
    started.finish()


def assign_lead(
    *, lead: Lead, offerings: Iterable[Offering], now: datetime, turns: Turns | None = None
) -> Assignment:
    """Give the lead to whoever is next; it is saved by the caller."""
    plan = read_plan(institution=lead.institution)
    inquiry = describe_inquiry(lead=lead, offerings=offerings)
    assignment = assign_in_turn(
        institution=lead.institution, inquiry=inquiry, plan=plan, now=now, turns=turns
    )
    lead.answer_due_at = compute_answer_due(plan=plan, now=now)
    lead.assigned_to, lead.assignment_reason = assignment.membership, assignment.reason
    return assignment


def _make_lead(form: InterestForm, submission: Submission, now: datetime) -> Lead:
    status = Lead.Status.QUARANTINED if submission.suspicion else Lead.Status.NEW
    return Lead(
        **submission.details,
        status=status,
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


def _choices(lead: Lead, submission: Submission) -> list[LeadChoice]:
    if submission.program:
        return [LeadChoice(lead=lead, title=submission.program[:400])]
    return [
        LeadChoice(lead=lead, offering=offering, title=name_offering(offering)[:400])
        for offering in submission.offerings
    ]


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
