"""One row of every message that people get, for tests that look at all of them."""

from datetime import timedelta

from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.leads.models import Appointment, AppointmentType, Consent, LeadChoice
from tests import factories
from tests.factories import NOW

REASONS = [
    {"text": "Leads to your role.", "score": 1, "weight": 0.6, "criterion": "role_fit"},
    {"text": "Is offered online.", "score": 0.9, "weight": 0.2, "criterion": "delivery"},
]


def make_lead(school, *, kind="information", language="", **fields):
    """A lead with everything that a mail can tell."""
    program = factories.make_program(institution=school, name="Master of Health Administration")
    offering = factories.make_offering(program=program)
    form = factories.make_interest_form(institution=school, kind=kind)
    match = {
        "offering": str(offering.public_id),
        "institution": school.slug,
        "program": program.name,
        "program_slug": program.slug,
        "level": "master",
        "delivery": "online",
        "score": 0.92,
        "months": 24,
        "next_start": "2027-01-11",
        "cost_words": ["about $31,500 for the whole program"],
        "claims": [{"text": "CAHME accredited since 2019", "notice": "Checked in 2026"}],
        "reasons": REASONS,
        "strengths": [reason["criterion"] for reason in REASONS],
    }
    values = {
        "email": "ada@applicant.example",
        "phone": "+1 303 555 0199",
        "best_time": "morning",
        "state": "CO",
        "country": "US",
        "message": "I work nights.",
        "education": "bachelor",
        "extra": [{"question": "Which shift?", "answer": "Nights"}],
        "answer_due_at": NOW + timedelta(hours=1),
        "recommendation": {"query": "level=master", "show": "10", "matches": [match]},
        "assigned_to": school.memberships.filter(receives_leads=True).first(),
        "language": language,
    }
    lead = factories.make_lead(form=form, **values | fields)
    LeadChoice.objects.create(lead=lead, offering=offering, title="MHA online")
    for channel, decision in [("call", "granted"), ("text", "not_granted")]:
        Consent.objects.create(
            institution=school,
            lead=lead,
            channel=channel,
            decision=decision,
            decided_at=NOW,
            seller=school.name,
        )
    return lead


def make_talk(lead, **fields):
    school = lead.institution
    type = AppointmentType.objects.get_or_create(institution=school, name="A first talk")[0]
    starts_at = NOW + timedelta(days=14)
    values = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30)}
    return Appointment.objects.create(
        institution=school,
        lead=lead,
        membership=lead.assigned_to,
        type=type,
        time_zone="America/Denver",
        **values | fields,
    )


def make_row(lead, purpose, recipient="applicant", **fields):
    """A row that is not saved; a model's database default is no value yet."""
    return FollowUp(
        institution=lead.institution,
        lead=lead,
        purpose=purpose,
        recipient=recipient,
        membership=lead.assigned_to,
        address=lead.email if recipient == "applicant" else "ann@school.example",
        **{"template": "", "subject": "", "text": ""} | fields,
    )


def make_rows(school, **fields):
    """Name → row, of every message that is written to applicants and to staff about a lead."""
    lead = make_lead(school, **fields)
    match = make_lead(school, kind="match", **fields)
    plan_for_lead(lead=lead, now=NOW)
    off = make_talk(lead, state="cancelled")
    booked, moved = make_talk(lead), make_talk(make_lead(school, **fields), sequence=1)
    news, remind = FollowUp.Purpose.APPOINTMENT, FollowUp.Purpose.APPOINTMENT_REMINDER
    return {
        "confirmation": make_row(lead, "confirmation"),
        "results": make_row(match, "confirmation"),
        "alert": make_row(lead, "alert", "advisor"),
        "alert of results": make_row(match, "alert", "advisor"),
        "reminder": make_row(lead, "reminder", "advisor"),
        "escalation": make_row(lead, "escalation", "manager"),
        "booked": make_row(lead, news, appointment=booked),
        "booked, advisor": make_row(lead, news, "advisor", appointment=booked),
        "moved": make_row(moved.lead, news, appointment=moved),
        "cancelled": make_row(lead, news, appointment=off),
        "cancelled, advisor": make_row(lead, news, "advisor", appointment=off),
        "talk to come": make_row(lead, remind, appointment=booked),
        "news": make_row(lead, FollowUp.Purpose.NEWS),
        "message": make_row(lead, "message", subject="Your question", text="Dear you,\n\nyes."),
    }
