"""An institution's own sequences: which holds, what is planned by it, what is sent in the end."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.lifecycle import cancel_all, cancel_reminders
from hcprograms.followup.models import FollowUp, SequenceStep, WebhookEndpoint
from hcprograms.followup.plan import (
    get_built_in_sequence,
    get_lead_sequence,
    plan_for_lead,
    schedule_messages,
)
from hcprograms.institutions.models import Role
from hcprograms.institutions.presence import Absence, WorkingHours
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadChoice
from hcprograms.leads.report_facts import Period
from hcprograms.leads.reports import make_report
from hcprograms.leads.status import record_first_answer
from hcprograms.leads.submission import Submission
from hcprograms.signals import consent_withdrawn
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")

DAY = timedelta(days=1)


@pytest.fixture
def sequence(school):
    """Confirmation, alert and a further message after two days at ten."""
    made = factories.make_sequence(institution=school)
    news = {"says": "news", "to": "applicant", "amount": 2, "unit": "days", "at": time(10)}
    factories.make_step(sequence=made, **news)
    return made


def grant(lead, channel="email", decision="granted"):
    return Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel=channel,
        decision=decision,
        decided_at=lead.captured_at,
        seller="Fairview",
    )


def news_of(lead):
    return FollowUp.objects.get(lead=lead, purpose="news")


def deliver_later(days=3):
    deliver_due(now=NOW + days * DAY, limit=50)


# Which sequence holds


def test_without_a_sequence_the_built_in_one_holds(school):
    lead_sequence = get_lead_sequence(institution_id=school.pk, kind="information")

    assert lead_sequence == get_built_in_sequence()


def test_sequence_that_names_the_kind_comes_before_one_for_every_kind(school, sequence):
    tuition = factories.make_sequence(institution=school, kinds=["tuition"])

    found = [
        get_lead_sequence(institution_id=school.pk, kind=kind).sequence
        for kind in ("tuition", "information")
    ]

    assert found == [tuition, sequence]


def test_draft_and_another_schools_sequence_do_not_hold(school):
    factories.make_sequence(institution=school, is_active=False)
    factories.make_sequence(institution=factories.make_institution())

    assert get_lead_sequence(institution_id=school.pk, kind="information").sequence is None


# What is planned


def test_every_step_is_planned_with_the_lead(lead, sequence):
    rows = plan_for_lead(lead=lead, now=NOW)

    confirm, alert, news = (one.number for one in sequence.steps.all())
    assert [(row.purpose, row.step, row.address) for row in rows] == [
        ("confirmation", confirm, "ada@applicant.example"),
        ("alert", alert, "ann@school.example"),
        ("alert", alert, "bob@school.example"),
        ("news", news, "ada@applicant.example"),
    ]
    assert rows[3].due_at == datetime(2026, 11, 25, 15, tzinfo=UTC)


def test_row_keeps_text_channel_and_conditions_as_they_were(lead, sequence):
    program = factories.make_program(institution=lead.institution)
    step = sequence.steps.get(says="news")
    step.template, step.answered, step.statuses = "day-two", "no", ["new"]
    step.save()
    step.programs.set([program])

    plan_for_lead(lead=lead, now=NOW)
    sequence.steps.all().delete()

    row = news_of(lead)
    assert (row.template, row.channel) == ("day-two", "email")
    assert row.conditions == {"answered": "no", "statuses": ["new"], "programs": [program.pk]}


def test_steps_go_to_whom_they_say(lead, school):
    made = factories.make_sequence(institution=school)
    for place, to in enumerate(["advisor", "other", "all", "manager"], start=1):
        factories.make_step(sequence=made, says="reminder", to=to, amount=place * 10)

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [row.address.partition("@")[0] for row in rows if row.purpose == "reminder"] == [
        "ann",
        "bob",
        "ann",
        "bob",
        "mia",
    ]


def test_answer_is_due_when_the_last_reminder_is(lead, sequence):
    nudge = {"says": "escalation", "to": "manager", "amount": 120, "unit": "business"}
    factories.make_step(sequence=sequence, **nudge)

    plan_for_lead(lead=lead, now=NOW)

    assert lead.answer_due_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize(("minutes", "share"), [(120, 1), (30, 0)])
def test_report_compares_with_what_the_lead_was_promised(school, sequence, minutes, share):
    # The settings say sixty minutes; the answer comes after ninety, or after forty-five.
    nudge = {"says": "reminder", "to": "advisor", "amount": minutes, "unit": "business"}
    step = factories.make_step(sequence=sequence, **nudge)
    form = factories.make_interest_form(institution=school)
    details = {"name": "Ada Applicant", "email": "ada@applicant.example"}
    submission = Submission(id=uuid.uuid4(), details=details)
    lead = capture_lead(form=form, submission=submission, now=NOW).lead
    step.amount = 60
    step.save()  # later changes promise nothing else to those who have asked already
    taken = timedelta(minutes=90 if minutes == 120 else 45)
    record_first_answer(lead=lead, user=school.memberships.first().user, now=NOW + taken)

    report = make_report(
        leads=Lead.objects.all(),
        forms=InterestForm.objects.all(),
        period=Period(NOW.date(), NOW.date(), "day"),
        by="form",
        now=NOW + DAY,
    )

    assert Lead.objects.get().answer_due_at == NOW + timedelta(minutes=minutes)
    assert report.total.share_within == share


def test_sequence_without_reminders_leaves_the_answer_due_as_it_is(lead, sequence):
    lead.answer_due_at = NOW + timedelta(hours=1)

    plan_for_lead(lead=lead, now=NOW)

    assert lead.answer_due_at == NOW + timedelta(hours=1)


def test_nobody_to_tell_is_a_visible_failure_here_too(lead, school, sequence):
    school.memberships.all().delete()
    school.email = ""
    lead.assigned_to, lead.institution = None, school

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [row.state for row in rows if row.purpose == "alert"] == ["failed"]


def test_number_of_a_step_is_never_given_twice(sequence):
    last = sequence.steps.order_by("number").last()
    last.delete()
    new = factories.make_step(sequence=sequence, says="news", to="applicant", amount=90)
    other = factories.make_sequence(institution=sequence.institution, kinds=["tuition"])

    assert new.number == last.number + 1
    assert min(other.steps.values_list("number", flat=True)) > new.number


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sequences", [0, 1, 3])
def test_planning_takes_the_same_few_queries(
    lead, school, ann, sequences, django_assert_max_num_queries
):
    for _each in range(sequences):
        factories.make_sequence(institution=school)
    members = list(school.memberships.select_related("user"))

    with django_assert_max_num_queries(8):
        rows = schedule_messages(lead=lead, members=members, now=NOW)

    assert len(rows) == (3 if sequences else 6)


# Whose business minutes


def work_on(member, weekday, opens, closes):
    WorkingHours.objects.create(membership=member, weekday=weekday, opens=opens, closes=closes)


def due(rows):
    return [(row.address.partition("@")[0], row.due_at) for row in rows if row.step]


def test_reminder_counts_in_the_hours_of_the_advisor(lead, ann):
    """NOW is Monday, ten in New York; Ann begins at one in the afternoon."""
    work_on(ann, 0, time(13), time(17))

    rows = plan_for_lead(lead=lead, now=NOW)

    assert due(rows) == [
        ("ann", NOW + timedelta(hours=3, minutes=5)),
        ("bob", NOW + timedelta(minutes=30)),
        ("mia", NOW + timedelta(minutes=60)),
    ]
    assert [row.due_at for row in rows if row.purpose == "alert"] == [NOW, NOW]


def test_reminder_waits_for_an_advisor_who_is_away(lead, ann):
    Absence.objects.create(membership=ann, first_day=NOW.date(), last_day=NOW.date())

    rows = plan_for_lead(lead=lead, now=NOW)

    assert due(rows)[0] == ("ann", datetime(2026, 11, 24, 14, 5, tzinfo=UTC))


def test_escalation_counts_in_office_hours_whatever_the_manager_works(lead, school):
    work_on(school.memberships.get(role=Role.MANAGER), 4, time(9), time(10))

    rows = plan_for_lead(lead=lead, now=NOW)

    assert due(rows)[2] == ("mia", NOW + timedelta(minutes=60))


def test_alert_may_wait_for_the_office_to_open(lead, school):
    made = factories.make_sequence(institution=school)
    made.steps.filter(says="alert").update(unit="business")
    night = datetime(2026, 11, 24, 4, tzinfo=UTC)

    rows = plan_for_lead(lead=lead, now=night)

    assert {row.due_at for row in rows if row.purpose == "alert"} == {
        datetime(2026, 11, 24, 14, tzinfo=UTC)
    }


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", "US/Pacific-New", ""])
def test_time_zone_that_does_not_exist_plans_in_utc(lead, school, zone):
    type(school).objects.filter(pk=school.pk).update(time_zone=zone)
    lead.institution.refresh_from_db()

    rows = plan_for_lead(lead=lead, now=NOW)

    assert len(rows) == 6
    assert due(rows)[0] == ("ann", NOW + timedelta(minutes=5))


# What is sent in the end


def test_further_message_goes_to_who_agreed_to_emails(lead, sequence):
    grant(lead)
    plan_for_lead(lead=lead, now=NOW)

    deliver_later()

    told = next(one for one in mail.outbox if one.subject.startswith("Do you have questions?"))
    assert told.to == ["Ada Applicant <ada@applicant.example>"]
    assert "1 Fair Way" in told.body
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told.extra_headers["Auto-Submitted"] == "auto-generated"


def test_further_message_without_consent_is_cancelled(lead, sequence):
    grant(lead, decision="not_granted")
    plan_for_lead(lead=lead, now=NOW)

    deliver_later()

    assert news_of(lead).state == "cancelled"


def test_withdrawal_stops_further_messages(lead, sequence):
    grant(lead)
    plan_for_lead(lead=lead, now=NOW)

    withdraw_consent(lead=lead, channels=["email"], method="link", now=NOW)

    assert news_of(lead).state == "cancelled"


def test_end_of_further_contact_stops_further_messages_only(lead, sequence):
    grant(lead)
    plan_for_lead(lead=lead, now=NOW)

    consent_withdrawn.send(
        sender=type(lead), lead=lead, channel="email", answers_too=False, now=NOW
    )

    states = FollowUp.objects.filter(recipient="applicant").values_list("purpose", "state")
    assert dict(states) == {"confirmation": "planned", "news": "cancelled"}


@pytest.mark.parametrize(
    ("conditions", "state"),
    [
        ({}, "sent"),
        ({"answered": "no"}, "sent"),
        ({"answered": "yes"}, "cancelled"),
        ({"consent": "call"}, "cancelled"),
        ({"statuses": ["contacted"]}, "cancelled"),
        ({"statuses": ["new", "contacted"]}, "sent"),
    ],
)
def test_conditions_are_looked_at_when_it_is_sent(lead, sequence, conditions, state):
    grant(lead)
    sequence.steps.filter(says="news").update(**conditions)
    plan_for_lead(lead=lead, now=NOW)

    deliver_later()

    assert news_of(lead).state == state


@pytest.mark.parametrize(("is_asked", "state"), [(True, "sent"), (False, "cancelled")])
def test_program_that_was_asked_about_decides(lead, sequence, is_asked, state):
    grant(lead)
    offerings = [factories.make_offering() for _number in range(2)]
    sequence.steps.get(says="news").programs.set([offerings[0].program])
    LeadChoice.objects.create(lead=lead, offering=offerings[0 if is_asked else 1], title="MHA")
    plan_for_lead(lead=lead, now=NOW)

    deliver_later()

    assert news_of(lead).state == state


def test_changed_sequence_changes_nothing_that_is_planned(lead, sequence):
    grant(lead)
    plan_for_lead(lead=lead, now=NOW)
    sequence.steps.filter(says="news").update(amount=30, statuses=["enrolled"])

    deliver_later()

    assert news_of(lead).state == "sent"


def test_answer_cancels_what_goes_out_only_while_nobody_has_answered(lead, sequence):
    sequence.steps.filter(says="news").update(answered="no")
    plan_for_lead(lead=lead, now=NOW)

    cancel_reminders(lead=lead, now=NOW)

    states = dict(FollowUp.objects.filter(lead=lead).values_list("purpose", "state"))
    assert states == {"news": "cancelled", "confirmation": "planned", "alert": "planned"}


# Other systems


@pytest.fixture
def crm(school):
    return WebhookEndpoint.objects.create(
        institution=school, name="CRM", url="https://crm.example/hook", events=["sequence.step"]
    )


@pytest.fixture
def event(sequence):
    event = {"says": "event", "to": "system", "channel": "webhook", "amount": 90}
    return factories.make_step(sequence=sequence, **event)


def test_step_by_webhook_is_an_event_for_the_endpoints_that_want_it(lead, school, crm, event):
    WebhookEndpoint.objects.create(
        institution=school, name="Other", url="https://other.example/", events=["lead.created"]
    )

    plan_for_lead(lead=lead, now=NOW)

    row = FollowUp.objects.get(purpose="webhook")
    assert (row.endpoint, row.event, row.step) == (crm, "sequence.step", event.number)
    assert row.due_at == NOW + timedelta(minutes=90)
    assert row.details == {"sequence": event.sequence.name, "step": event.number}


def test_end_of_a_lead_stops_events_of_steps(lead, crm, event):
    plan_for_lead(lead=lead, now=NOW)

    cancel_all(lead=lead, now=NOW)

    assert FollowUp.objects.get(purpose="webhook").state == "cancelled"


# What the database refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "days", "amount": 1},
        {"unit": "days", "amount": 0, "at": time(9)},
        {"unit": "minutes", "at": time(9)},
        {"amount": 14_401},
        {"channel": "webhook"},
        {"to": "system"},
        {"says": "event"},
        {"says": "alert"},
        {"to": "advisor"},
    ],
)
def test_step_that_makes_no_sense_is_refused_by_the_database(sequence, wrong):
    step = SequenceStep(sequence=sequence, **{"says": "news", "to": "applicant"} | wrong)

    with pytest.raises(IntegrityError), transaction.atomic():
        step.save()


def test_step_of_a_later_sequence_never_has_the_number_of_a_message_that_is_planned(
    school, sequence, lead
):
    numbers = {row.step for row in plan_for_lead(lead=lead, now=NOW)}
    sequence.delete()

    later = factories.make_sequence(institution=school)

    assert max(numbers) > 100
    assert numbers.isdisjoint(later.steps.values_list("number", flat=True))
