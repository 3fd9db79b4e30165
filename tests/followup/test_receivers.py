"""What follows when something happens to a lead."""

import pytest

from hcprograms import receivers
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.correction import correct_lead
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.status import change_status, record_first_answer, release_lead
from hcprograms.leads.visitor import Visitor
from hcprograms.signals import lead_captured
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")


@pytest.fixture
def planned(lead):
    plan_for_lead(lead=lead, now=NOW)
    return lead


def states():
    rows = FollowUp.objects.order_by("step", "pk")
    return [(row.purpose, row.state) for row in rows]


def test_captured_lead_is_planned_and_wakes_after_commit(
    lead, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(receivers, "notify_worker_soon", lambda: woken.append(1))

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        lead_captured.send(sender=Lead, lead=lead, now=NOW)
        before_commit = list(woken)

    assert (before_commit, woken, len(callbacks)) == ([], [1], 1)
    assert FollowUp.objects.filter(lead=lead).count() == 6


def test_answer_cancels_reminders_and_escalation_only(planned, ann):
    record_first_answer(lead=planned, user=ann.user, now=NOW)

    assert states() == [
        ("confirmation", "planned"),
        ("alert", "planned"),
        ("alert", "planned"),
        ("reminder", "cancelled"),
        ("reminder", "cancelled"),
        ("escalation", "cancelled"),
    ]


def test_closing_cancels_everything(planned, ann):
    change_status(lead=planned, status="closed", user=ann.user, now=NOW, reason="moved away")

    assert {state for _, state in states()} == {"cancelled"}


def test_withdrawal_cancels_mail_to_the_applicant_of_all_their_leads(planned, school):
    other = factories.make_lead(form=planned.form, email=planned.email.upper())
    plan_for_lead(lead=other, now=NOW)

    withdraw_consent(lead=planned, channels=["email"], method="link", now=NOW)

    to_applicant = FollowUp.objects.filter(recipient="applicant")
    assert list(to_applicant.values_list("state", flat=True)) == ["cancelled"] * 2
    assert FollowUp.objects.filter(state="planned").count() == 10


def test_withdrawal_for_calls_leaves_the_mails(planned):
    withdraw_consent(lead=planned, channels=["call"], method="link", now=NOW)

    assert {state for _, state in states()} == {"planned"}


def test_quarantined_lead_is_planned_when_released(lead, ann):
    lead.status = Lead.Status.QUARANTINED
    lead.save()
    plan_for_lead(lead=lead, now=NOW)
    while_held = FollowUp.objects.count()

    release_lead(lead=lead, user=ann.user, now=NOW)

    assert (while_held, FollowUp.objects.count()) == (0, 6)


def test_sent_rows_are_not_cancelled(planned, ann):
    FollowUp.objects.update(state="sent", sent_at=NOW)

    change_status(lead=planned, status="spam", user=ann.user, now=NOW)

    assert {state for _, state in states()} == {"sent"}


def correct(lead, email):
    correct_lead(lead=lead, details={"email": email}, visitor=Visitor(), now=NOW)


def confirmations():
    rows = FollowUp.objects.filter(purpose="confirmation").order_by("pk")
    return [(row.address, row.state) for row in rows]


def test_corrected_address_gets_the_confirmation_that_was_not_sent_yet(planned):
    correct(planned, "right@applicant.example")

    assert confirmations() == [("right@applicant.example", "planned")]


def test_corrected_address_gets_a_confirmation_of_its_own_after_the_first_was_sent(planned):
    FollowUp.objects.filter(purpose="confirmation").update(state="sent", sent_at=NOW)

    correct(planned, "right@applicant.example")

    assert confirmations() == [
        ("ada@applicant.example", "sent"),
        ("right@applicant.example", "planned"),
    ]


def test_correction_back_and_forth_confirms_each_address_once(planned):
    FollowUp.objects.filter(purpose="confirmation").update(state="sent", sent_at=NOW)
    for email in ("b@x.example", "ada@applicant.example", "b@x.example"):
        correct(planned, email)

    assert len(confirmations()) == 2


def test_corrections_cannot_be_used_to_mail_many(planned):
    for number in range(9):
        FollowUp.objects.filter(purpose="confirmation").update(state="sent", sent_at=NOW)
        correct(planned, f"victim{number}@x.example")

    assert len(confirmations()) == 5


def test_correction_of_the_name_sends_nothing(planned):
    before = confirmations()

    correct_lead(lead=planned, details={"name": "Ada L."}, visitor=Visitor(), now=NOW)

    assert confirmations() == before
