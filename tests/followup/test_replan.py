"""A changed sequence, applied to what is planned already."""

from datetime import time, timedelta

import pytest

from hcprograms.followup import replan
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.replan import (
    SequenceChangedError,
    apply_changes,
    preview_changes,
)
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import record_first_answer
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + 10 * MINUTE


@pytest.fixture
def mia(school):
    return school.memberships.get(user__username="mia").user


@pytest.fixture
def sequence(school):
    """Confirmation and alert at once, an escalation after two hours, a message on the third day."""
    made = factories.make_sequence(institution=school, name="Ours")
    nudge = {"says": "escalation", "to": "manager", "amount": 120, "unit": "business"}
    factories.make_step(sequence=made, **nudge)
    news = {"says": "news", "to": "applicant", "amount": 3, "unit": "days", "at": time(10)}
    factories.make_step(sequence=made, **news)
    return made


def grant(lead):
    return Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel="email",
        decision="granted",
        decided_at=lead.captured_at,
        seller="Fairview",
    )


@pytest.fixture
def planned(lead, sequence):
    """A lead that was planned by the sequence."""
    grant(lead)
    plan_for_lead(lead=lead, now=NOW)
    return lead


def summary(changes):
    return (len(changes.leads), changes.added, changes.moved, changes.cancelled)


def preview(sequence, now=LATER, **more):
    return preview_changes(sequence=sequence, now=now, **more)


def carry_out(sequence, user, now=LATER, fingerprint=None):
    seen = fingerprint or preview(sequence, now).fingerprint
    return apply_changes(sequence=sequence, user=user, fingerprint=seen, now=now)


def row_of(lead, purpose):
    return FollowUp.objects.get(lead=lead, purpose=purpose)


def test_unchanged_sequence_touches_nobody(planned, sequence):
    assert summary(preview(sequence)) == (0, 0, 0, 0)


def test_preview_says_which_leads_are_touched_and_writes_nothing(planned, sequence):
    sequence.steps.filter(says="news").update(amount=5)
    before = list(FollowUp.objects.order_by("pk").values())

    changes = preview(sequence)

    (change,) = changes.leads
    assert change.lead == planned
    assert [(old.due_at, new.due_at - old.due_at) for old, new in change.moved] == [
        (row_of(planned, "news").due_at, 2 * DAY)
    ]
    assert list(FollowUp.objects.order_by("pk").values()) == before


def test_changed_delay_text_and_conditions_are_taken_over(planned, sequence, mia):
    sequence.steps.filter(says="news").update(amount=5, template="new-text", answered="no")
    due_at = row_of(planned, "news").due_at

    carry_out(sequence, mia)

    row = row_of(planned, "news")
    assert (row.due_at, row.template, row.conditions) == (
        due_at + 2 * DAY,
        "new-text",
        {"answered": "no"},
    )


def test_removed_step_is_cancelled_and_new_one_added(planned, sequence, mia):
    sequence.steps.filter(says="news").delete()
    reminder = {"says": "reminder", "to": "advisor", "amount": 30, "unit": "business"}
    factories.make_step(sequence=sequence, **reminder)

    done = carry_out(sequence, mia)

    assert summary(done) == (1, 1, 0, 1)
    assert row_of(planned, "news").state == "cancelled"
    assert row_of(planned, "reminder").due_at == NOW + 30 * MINUTE


def test_applying_twice_does_nothing_more(planned, sequence, mia):
    sequence.steps.filter(says="news").delete()
    carry_out(sequence, mia)
    rows = list(FollowUp.objects.order_by("pk").values())

    again = carry_out(sequence, mia)

    assert summary(again) == (0, 0, 0, 0)
    assert list(FollowUp.objects.order_by("pk").values()) == rows
    assert LeadEvent.objects.filter(kind="plan").count() == 1


def test_timeline_says_who_applied_what(planned, sequence, mia):
    sequence.steps.filter(says="news").update(amount=5)

    carry_out(sequence, mia)

    event = LeadEvent.objects.get(lead=planned, kind="plan")
    assert (event.actor, event.text) == (
        mia,
        "“Ours” was applied: 0 added, 1 changed, 0 cancelled",
    )


def test_what_was_due_or_sent_stays_as_it_is(planned, sequence, mia):
    FollowUp.objects.filter(purpose="confirmation").update(state="sent", sent_at=NOW)
    sequence.steps.filter(says__in=["confirmation", "alert"]).update(amount=5)

    assert summary(preview(sequence)) == (0, 0, 0, 0)


def test_message_that_was_tried_already_stays_as_it_is(planned, sequence):
    FollowUp.objects.filter(purpose="news").update(attempts=1)
    sequence.steps.filter(says="news").delete()

    assert summary(preview(sequence)) == (0, 0, 0, 0)


def test_steps_that_lie_behind_are_not_made_up_for(planned, sequence):
    reminder = {"says": "reminder", "to": "advisor", "amount": 8, "unit": "business"}
    factories.make_step(sequence=sequence, **reminder)

    assert summary(preview(sequence, now=NOW + 8 * MINUTE)) == (0, 0, 0, 0)


def test_first_sequence_takes_over_what_the_built_in_one_planned(lead, school, mia):
    grant(lead)
    plan_for_lead(lead=lead, now=NOW)
    sequence = factories.make_sequence(institution=school)
    news = {"says": "news", "to": "applicant", "amount": 3, "unit": "days", "at": time(10)}
    factories.make_step(sequence=sequence, **news)

    done = carry_out(sequence, mia)

    assert summary(done) == (1, 1, 0, 2)  # the reminder after 5 minutes was due already
    states = FollowUp.objects.filter(lead=lead, step__in=[1, 2, 3]).order_by("step")
    assert list(states.values_list("state", flat=True)) == ["planned", "cancelled", "cancelled"]


def test_ended_sequence_gives_back_what_it_cancelled(lead, school, mia):
    plan_for_lead(lead=lead, now=NOW)
    sequence = factories.make_sequence(institution=school)
    carry_out(sequence, mia)
    sequence.is_active = False
    sequence.save()

    done = carry_out(sequence, mia)

    assert summary(done) == (1, 0, 2, 0)
    states = FollowUp.objects.filter(lead=lead, step__in=[2, 3]).values_list("state", flat=True)
    assert set(states) == {"planned"}


def test_what_was_cancelled_for_another_reason_is_not_brought_back(planned, sequence):
    FollowUp.objects.filter(purpose="news").update(state="cancelled")

    assert summary(preview(sequence)) == (0, 0, 0, 0)


def test_nobody_is_reminded_of_a_lead_that_was_answered(planned, sequence, mia):
    record_first_answer(lead=planned, user=mia, now=NOW + MINUTE)
    reminder = {"says": "reminder", "to": "advisor", "amount": 30, "unit": "business"}
    factories.make_step(sequence=sequence, **reminder)

    assert summary(preview(sequence)) == (0, 0, 0, 0)


def test_nobody_is_reminded_where_a_talk_is_booked(planned, sequence, ann, school):
    talk = AppointmentType.objects.create(institution=school, name="Talk")
    Appointment.objects.create(
        institution=school,
        lead=planned,
        membership=ann,
        type=talk,
        starts_at=NOW + DAY,
        ends_at=NOW + DAY + HOUR,
        time_zone="America/Denver",
    )
    reminder = {"says": "reminder", "to": "advisor", "amount": 30, "unit": "business"}
    factories.make_step(sequence=sequence, **reminder)

    assert summary(preview(sequence)) == (0, 0, 0, 0)


def test_message_without_consent_is_not_added(lead, school):
    plan_for_lead(lead=lead, now=NOW)
    sequence = factories.make_sequence(institution=school)
    news = {"says": "news", "to": "applicant", "amount": 3, "unit": "days", "at": time(10)}
    factories.make_step(sequence=sequence, **news)

    assert preview(sequence).added == 0


@pytest.mark.parametrize("status", ["closed", "spam", "quarantined"])
def test_leads_that_ended_are_left_alone(planned, sequence, status):
    Lead.objects.filter(pk=planned.pk).update(status=status)
    sequence.steps.filter(says="news").delete()

    assert preview(sequence).looked_at == 0


def test_other_kinds_of_form_and_other_schools_are_left_alone(planned, sequence):
    sequence.kinds = ["tuition"]
    sequence.save()
    stranger = factories.make_lead()
    plan_for_lead(lead=stranger, now=NOW)

    assert preview(sequence).looked_at == 0


def test_released_lead_is_counted_from_its_release(planned, sequence):
    released = NOW + 5 * MINUTE
    LeadEvent.objects.create(lead=planned, kind="released", at=released)

    (change,) = preview(sequence).leads

    assert [new.due_at - old.due_at for old, new in change.moved] == [5 * MINUTE]


def test_sequence_changed_since_it_was_looked_at_is_not_applied(planned, sequence, mia):
    seen = preview(sequence).fingerprint
    sequence.steps.filter(says="news").delete()

    with pytest.raises(SequenceChangedError):
        carry_out(sequence, mia, fingerprint=seen)

    assert row_of(planned, "news").state == "planned"


def test_row_that_a_worker_leases_meanwhile_is_not_cancelled(planned, sequence, mia, monkeypatch):
    sequence.steps.filter(says="news").delete()
    seen = preview(sequence).fingerprint
    plain = replan._carry_out

    def leased_first(*args):
        FollowUp.objects.filter(purpose="news").update(attempts=1)
        plain(*args)

    monkeypatch.setattr(replan, "_carry_out", leased_first)

    carry_out(sequence, mia, fingerprint=seen)

    assert row_of(planned, "news").state == "planned"


def test_many_leads_are_looked_at_in_batches_the_newest_first(planned, sequence, monkeypatch):
    monkeypatch.setattr("hcprograms.followup.replan.LOOKED_AT_ONCE", 2)
    newer = [factories.make_lead(form=planned.form) for _number in range(2)]
    for lead in newer:
        grant(lead)
        plan_for_lead(lead=lead, now=NOW)
    sequence.steps.filter(says="news").delete()

    first = preview(sequence)
    second = preview(sequence, older_than=first.older_than)

    assert [one.lead for one in first.leads] == newer[::-1]
    assert ([one.lead for one in second.leads], second.older_than) == ([planned], None)


@pytest.mark.parametrize("count", [1, 3])
def test_more_leads_take_no_more_queries(planned, sequence, count, django_assert_num_queries):
    for _number in range(count - 1):
        plan_for_lead(lead=factories.make_lead(form=planned.form), now=NOW)
    sequence.steps.filter(says="news").update(amount=5)

    with django_assert_num_queries(QUERIES):
        assert preview(sequence).looked_at == count


QUERIES = 15
