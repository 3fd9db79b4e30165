"""Working through leads: first answer, status, notes, assignment."""

from datetime import timedelta

import pytest

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import (
    NotAllowedNowError,
    add_note,
    assign_lead,
    change_status,
    log_call,
    record_first_answer,
    release_lead,
    undo_event,
)
from hcprograms.signals import lead_answered, lead_closed
from tests.factories import NOW, make_institution, make_lead, make_member, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def told():
    """Names of the signals that were sent."""
    names = []

    def answered(**kwargs):
        names.append("answered")

    def closed(**kwargs):
        names.append("closed")

    lead_answered.connect(answered)
    lead_closed.connect(closed)
    yield names
    lead_answered.disconnect(answered)
    lead_closed.disconnect(closed)


@pytest.fixture
def lead():
    return make_lead()


def timeline():
    with scopes_disabled():
        return list(LeadEvent.objects.order_by("pk").values_list("kind", "text"))


def stored(lead):
    with scopes_disabled():
        return Lead.objects.get(pk=lead.pk)


def test_first_answer_is_recorded_once(lead, told):
    first, second = make_user(), make_user()

    answers = [
        record_first_answer(lead=lead, user=first, now=NOW),
        record_first_answer(lead=lead, user=second, now=LATER),
    ]

    kept = stored(lead)
    assert answers == [True, False]
    assert (kept.first_answered_at, kept.first_answered_by) == (NOW, first)
    assert (kept.status, told) == ("contacted", ["answered"])
    assert timeline() == [("answered", "")]


def test_first_answer_is_recorded_once_from_two_open_pages(lead, told):
    other_page = stored(lead)

    record_first_answer(lead=lead, user=make_user(), now=NOW)
    again = record_first_answer(lead=other_page, user=make_user(), now=LATER)

    assert (again, told) == (False, ["answered"])
    assert other_page.first_answered_at == NOW


def test_first_answer_does_not_move_a_lead_back(told):
    lead = make_lead(status="applied")

    record_first_answer(lead=lead, user=make_user(), now=NOW)

    assert stored(lead).status == "applied"


def test_held_lead_cannot_be_answered(told):
    lead = make_lead(status="quarantined")

    with pytest.raises(NotAllowedNowError, match="release it first"):
        record_first_answer(lead=lead, user=make_user(), now=NOW)

    assert told == []


def test_status_change_is_in_the_timeline(lead):
    change_status(lead=lead, status="appointment", user=make_user(), now=NOW)

    assert stored(lead).status == "appointment"
    assert timeline() == [("status", "new → appointment")]


def test_same_status_again_changes_nothing(lead):
    change_status(lead=lead, status="new", user=make_user(), now=NOW)

    assert timeline() == []


def test_closing_keeps_the_reason_and_tells_receivers(lead, told):
    change_status(lead=lead, status="closed", reason="went elsewhere", user=make_user(), now=NOW)

    assert (stored(lead).close_reason, told) == ("went elsewhere", ["closed"])
    assert timeline() == [("status", "new → closed: went elsewhere")]


def test_reopened_lead_loses_the_reason(lead):
    change_status(lead=lead, status="closed", reason="mistake", user=make_user(), now=NOW)

    change_status(lead=lead, status="contacted", user=make_user(), now=LATER)

    assert (stored(lead).status, stored(lead).close_reason) == ("contacted", "")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("new", "closed", "  "),
        ("new", "quarantined", ""),
        ("new", "nonsense", ""),
        ("quarantined", "contacted", ""),
        ("quarantined", "new", ""),
    ],
)
def test_status_changes_that_make_no_sense_are_refused(told, before, after, reason):
    lead = make_lead(status=before)

    with pytest.raises(NotAllowedNowError):
        change_status(lead=lead, status=after, reason=reason, user=make_user(), now=NOW)

    assert (stored(lead).status, told, timeline()) == (before, [], [])


def test_held_lead_may_be_spam(told):
    lead = make_lead(status="quarantined")

    change_status(lead=lead, status="spam", user=make_user(), now=NOW)

    assert (stored(lead).status, told) == ("spam", ["closed"])


def test_notes_and_calls_are_in_the_timeline(lead):
    user = make_user()

    add_note(lead=lead, text="Prefers mornings", user=user, now=NOW)
    log_call(lead=lead, text="Left a message", user=user, now=LATER)

    assert timeline() == [("note", "Prefers mornings"), ("call", "Left a message")]


def test_lead_is_assigned_by_hand(lead):
    member = make_member(institution=lead.institution)

    assign_lead(lead=lead, membership=member, user=make_user(), now=NOW)

    assert (stored(lead).assigned_to, stored(lead).assignment_reason) == (member, "by hand")
    assert timeline() == [("assigned", f"{member.display_name}: by hand")]


@pytest.mark.parametrize("why", ["stranger", "left"])
def test_lead_is_not_assigned_to_who_does_not_work_there(lead, why):
    institution = make_institution() if why == "stranger" else lead.institution
    member = make_member(institution=institution, is_active=why != "left")

    with pytest.raises(NotAllowedNowError):
        assign_lead(lead=lead, membership=member, user=make_user(), now=NOW)

    assert stored(lead).assigned_to is None


def test_held_lead_that_was_worked_on_before_is_released_again():
    lead = make_lead(status="quarantined")
    user = make_member(institution=lead.institution).user
    change_status(lead=lead, status="spam", user=user, now=NOW)
    with scopes_disabled():
        first = LeadEvent.objects.filter(lead=lead, kind="status").latest("pk")
    release_lead(lead=lead, user=user, now=NOW)
    change_status(lead=stored(lead), status="spam", user=user, now=LATER)
    undo_event(event=first, user=user, now=LATER)

    release_lead(lead=stored(lead), user=user, now=LATER)

    with scopes_disabled():
        alerts = FollowUp.objects.filter(lead=lead, purpose="alert", is_open=True)
        assert (stored(lead).status, alerts.count()) == ("new", 1)
