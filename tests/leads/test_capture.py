"""The only way in: what a captured lead leaves in the database."""

import hashlib
import threading

import pytest
from django.db import connection, transaction

from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import CaptureAttempt, Lead, LeadEvent
from hcprograms.leads.offerings import name_offering
from hcprograms.leads.status import NotAllowedNowError, release_lead
from hcprograms.signals import lead_captured
from tests.factories import NOW, make_institution, make_interest_form, make_member, make_user
from tests.leads.asking import VISITOR, all_attempts, all_leads, make_school, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    """The leads that receivers were told of."""
    leads = []

    def receive(sender, lead, now, **kwargs):
        leads.append((lead.pk, now))

    lead_captured.connect(receive)
    yield leads
    lead_captured.disconnect(receive)


def test_capture_writes_the_lead_with_its_choices(school):
    submission = make_submission(school, answers={"education": "bachelor"}, form_version=7)

    captured = capture_lead(form=school.form, submission=submission, now=NOW)

    lead = captured.lead
    with scopes_disabled():
        choices = list(lead.choices.values_list("offering", "title"))
    assert captured.created
    assert (lead.status, lead.captured_at, lead.form_version) == ("new", NOW, 7)
    assert lead.answers == {"education": "bachelor"}
    assert choices == [(school.offering.pk, name_offering(school.offering))]


def test_capture_keeps_the_title_of_that_day(school):
    lead = capture_lead(form=school.form, submission=make_submission(school), now=NOW).lead
    program = school.offering.program
    title = name_offering(school.offering)

    program.name = "Renamed"
    program.save()

    with scopes_disabled():
        assert [choice.title for choice in lead.choices.all()] == [title]


def test_capture_writes_one_proof_per_box_shown(school):
    lead = capture_lead(form=school.form, submission=make_submission(school), now=NOW).lead

    with scopes_disabled():
        rows = list(Consent.objects.order_by("pk"))
    seller = school.form.institution.seller
    assert [(row.channel, row.decision) for row in rows] == [
        ("email", "granted"),
        ("call", "not_granted"),
        ("text", "not_granted"),
    ]
    text = f"{seller} may contact me by email."
    proof = rows[0]
    assert (proof.text, proof.text_version, proof.seller) == (text, 1, seller)
    assert proof.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (proof.decided_at, proof.contact_point, proof.method) == (NOW, lead.email, "form")
    assert (proof.ip_address, proof.user_agent, proof.page_url) == (
        VISITOR.ip_address,
        VISITOR.user_agent,
        VISITOR.page_url,
    )


def test_capture_is_logged_and_starts_the_timeline(school):
    lead = capture_lead(form=school.form, submission=make_submission(school), now=NOW).lead

    (attempt,) = all_attempts()
    with scopes_disabled():
        events = list(lead.events.values_list("kind", "text"))
    assert (attempt.outcome, attempt.lead_id, attempt.submitted) == ("captured", lead.pk, {})
    assert events == [
        ("captured", school.form.title),
        ("assigned", f"{school.advisor.display_name}: next in turn"),
    ]


def test_capture_of_the_same_submission_gives_the_first_lead(school, announced):
    submission = make_submission(school)
    first = capture_lead(form=school.form, submission=submission, now=NOW)

    second = capture_lead(form=school.form, submission=submission, now=NOW)

    assert (first.created, second.created) == (True, False)
    assert all_leads() == [first.lead] == [second.lead]
    assert len(announced) == 1
    assert [attempt.outcome for attempt in all_attempts()] == ["captured", "repeated"]


def test_capture_failing_in_a_receiver_leaves_nothing(school):
    def fail(**kwargs):
        raise RuntimeError("broken receiver")

    lead_captured.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            capture_lead(form=school.form, submission=make_submission(school), now=NOW)
    finally:
        lead_captured.disconnect(fail)

    with scopes_disabled():
        assert (Lead.objects.count(), Consent.objects.count()) == (0, 0)
        assert CaptureAttempt.objects.count() == 0


def test_receivers_run_inside_the_transaction_of_the_lead(school):
    inside = []

    def look(**kwargs):
        inside.append(connection.in_atomic_block)

    lead_captured.connect(look)
    try:
        capture_lead(form=school.form, submission=make_submission(school), now=NOW)
    finally:
        lead_captured.disconnect(look)

    assert inside == [True]


def test_suspected_submit_is_held_and_announced_to_nobody(school, announced):
    submission = make_submission(school, suspicion="too fast")

    lead = capture_lead(form=school.form, submission=submission, now=NOW).lead

    (attempt,) = all_attempts()
    assert (lead.status, lead.assigned_to) == ("quarantined", None)
    assert announced == []
    assert (attempt.outcome, attempt.detail) == ("quarantined", "too fast")


def test_released_lead_behaves_as_captured_now(school, announced):
    held = make_submission(school, suspicion="too fast")
    lead = capture_lead(form=school.form, submission=held, now=NOW).lead

    release_lead(lead=lead, user=make_user(), now=NOW)

    (stored,) = all_leads()
    with scopes_disabled():
        kinds = list(LeadEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert (stored.status, stored.assigned_to) == ("new", school.advisor)
    assert announced == [(lead.pk, NOW)]
    assert kinds == ["captured", "released", "assigned"]


def test_lead_is_released_once(school, announced):
    held = make_submission(school, suspicion="too fast")
    lead = capture_lead(form=school.form, submission=held, now=NOW).lead
    release_lead(lead=lead, user=make_user(), now=NOW)

    with pytest.raises(NotAllowedNowError):
        release_lead(lead=lead, user=make_user(), now=NOW)

    assert len(announced) == 1


def capture_several(school, count):
    return [
        capture_lead(form=school.form, submission=make_submission(school), now=NOW).lead
        for _ in range(count)
    ]


def test_leads_go_round_the_advisors(school):
    second = make_member(institution=school.form.institution)

    leads = capture_several(school, 4)

    assert [lead.assigned_to for lead in leads] == [school.advisor, second] * 2


def test_new_advisor_gets_the_next_lead_and_then_only_a_turn(school):
    capture_several(school, 5)
    newcomer = make_member(institution=school.form.institution)

    leads = capture_several(school, 4)

    assert [lead.assigned_to for lead in leads] == [newcomer, school.advisor] * 2


def test_repeated_submit_takes_nobodys_turn(school):
    second = make_member(institution=school.form.institution)
    submission = make_submission(school)
    for _ in range(3):
        capture_lead(form=school.form, submission=submission, now=NOW)

    (lead,) = capture_several(school, 1)

    assert lead.assigned_to == second


def test_leads_skip_people_who_cannot_answer(school):
    institution = school.form.institution
    make_member(institution=institution, is_active=False)
    make_member(institution=institution, user=make_user(is_active=False))
    make_member(institution=institution, receives_leads=False)
    make_member(institution=make_institution())

    leads = capture_several(school, 3)

    assert {lead.assigned_to for lead in leads} == {school.advisor}


@pytest.mark.parametrize(
    ("roles", "chosen", "reason"),
    [
        ([Role.OWNER, Role.MANAGER], Role.MANAGER, "no advisor can take it: next manager"),
        ([Role.OWNER], Role.OWNER, "no advisor and no manager: next owner"),
        ([Role.VIEWER, Role.EDITOR], None, "nobody: no active advisor, manager or owner"),
    ],
)
def test_lead_without_advisors_goes_up(roles, chosen, reason):
    school = make_school()
    school.advisor.delete()
    members = {role: make_member(institution=school.form.institution, role=role) for role in roles}

    (lead,) = capture_several(school, 1)

    assert lead.assigned_to == members.get(chosen)
    assert lead.assignment_reason == reason


def run_at_once(count, work):
    """Run ``work(number)`` in threads that start together; return what was raised."""
    start, raised = threading.Barrier(count), []

    def run(number):
        try:
            start.wait(10)
            work(number)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.fixture
def erased_at_the_end(transactional_db):
    """The database lets consents go only when their leads are marked erased."""
    yield
    with scopes_disabled():
        Lead.objects.update(erased_at=NOW)


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
def test_double_click_at_the_same_moment_gives_one_lead():
    school = make_school()
    submission = make_submission(school)
    captured = []

    raised = run_at_once(
        6,
        lambda number: captured.append(
            capture_lead(form=school.form, submission=submission, now=NOW)
        ),
    )

    assert raised == []
    assert sorted(one.created for one in captured) == [False] * 5 + [True]
    assert {one.lead.pk for one in captured} == {lead.pk for lead in all_leads()}
    assert len(all_leads()) == 1


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
def test_simultaneous_leads_are_shared_fairly():
    school = make_school()
    for _ in range(2):
        make_member(institution=school.form.institution)

    raised = run_at_once(
        9,
        lambda number: capture_lead(form=school.form, submission=make_submission(school), now=NOW),
    )

    shares = [lead.assigned_to_id for lead in all_leads()]
    assert raised == []
    assert sorted(shares.count(one) for one in set(shares)) == [3, 3, 3]


def test_capture_inside_a_callers_transaction_survives_a_repeat(school):
    submission = make_submission(school)

    with transaction.atomic():
        first = capture_lead(form=school.form, submission=submission, now=NOW)
        second = capture_lead(form=school.form, submission=submission, now=NOW)

    assert first.lead == second.lead
    assert len(all_leads()) == 1


def test_capture_ignores_advisors_of_other_institutions():
    ours, theirs = make_school(), make_school()

    (lead,) = capture_several(ours, 1)

    assert lead.assigned_to == ours.advisor != theirs.advisor
    with scope(institution=theirs.form.institution):
        assert Lead.objects.count() == 0


def test_submission_id_belongs_to_one_lead_only(school):
    submission = make_submission(school)
    capture_lead(form=school.form, submission=submission, now=NOW)
    other = make_interest_form(institution=school.form.institution)

    again = capture_lead(form=other, submission=submission, now=NOW)

    assert (again.created, again.lead.form) == (False, school.form)
