"""Steps on a lead: what begins again, what is sent, what can be taken back, what reports count."""

from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads import tokens
from hcprograms.leads.links import sign_link
from hcprograms.leads.models import Appointment, AppointmentType, Lead, LeadEvent
from tests.factories import (
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_office_hours,
    make_user,
)
from tests.outside.page import Page, text_of

pytestmark = pytest.mark.django_db
INBOX = "/admin/hcprograms/lead/"


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def form(school):
    return make_interest_form(institution=school)


@pytest.fixture
def advisor(school, client):
    member = make_member(
        institution=school, user=make_user(is_staff=True, first_name="Adam", last_name="Advisor")
    )
    client.force_login(member.user)
    return member


@pytest.fixture
def manager(school):
    return make_member(institution=school, role=Role.MANAGER)


def make_asked_lead(client, form, advisor, **fields):
    """A lead with all that is planned for a new one: staff have just let it through."""
    values = {"status": "quarantined", "assigned_to": advisor, "captured_at": timezone.now()}
    lead = make_lead(form=form, **values | fields)
    client.post(reverse("admin:hcprograms_lead_verb", args=[lead.pk, "release"]))
    return fresh(lead)


def fresh(lead):
    return Lead._base_manager.get(pk=lead.pk)


def rows_of(lead, **which):
    with scopes_disabled():
        return list(FollowUp.objects.filter(lead=lead, **which).order_by("pk"))


def planned(lead):
    return sorted(row.purpose for row in rows_of(lead, state="planned"))


def open_lead(client, lead):
    return Page.open(client, reverse("admin:hcprograms_lead_change", args=[lead.pk]))


def act(client, leads, action, queue="all"):
    """The page after an action of the inbox."""
    data = {"action": action, "_selected_action": [one.pk for one in leads]}
    return Page(client, client.post(f"{INBOX}?queue={queue}", data, follow=True))


def deliver():
    call_command("deliver_followups", "--once")


def list_recipients(mails):
    return [parseaddr(mail.to[0])[1] for mail in mails]


def end(client, lead, how):
    page = open_lead(client, lead)
    if how == "spam":
        return page.press("Mark as spam")
    return page.fill("Status", "closed").fill("Reason", "No answer").press("Change status")


def reopen_by_form(client, lead):
    return open_lead(client, lead).fill("Status", "new").press("Change status")


def reopen_by_page(client, lead):
    return open_lead(client, lead).press("Not spam, accept")


def reopen_by_list(client, lead):
    return act(client, [lead], "release")


@pytest.mark.parametrize(
    ("how", "reopen"),
    [
        ("spam", reopen_by_form),
        ("closed", reopen_by_form),
        ("spam", reopen_by_page),
        ("spam", reopen_by_list),
    ],
)
def test_reopened_lead_is_planned_like_a_new_one(
    client, form, advisor, manager, mailoutbox, how, reopen
):
    lead = make_asked_lead(client, form, advisor)
    deliver()
    sent = len(mailoutbox)
    end(client, lead, how)
    assert planned(lead) == []
    begun = timezone.now()

    reopen(client, lead)

    kept = fresh(lead)
    assert kept.status == "new"
    assert kept.is_waiting
    assert kept.answer_due_at > begun
    assert planned(lead) == sorted(["alert", "escalation", "reminder", "reminder"])
    assert all(row.due_at >= begun for row in rows_of(lead, state="planned"))
    deliver()
    assert list_recipients(mailoutbox[sent:]) == [advisor.user.email]
    assert "No message is planned" not in open_lead(client, lead).text


def test_confirmation_that_was_not_sent_goes_out_after_reopening(client, form, advisor, mailoutbox):
    lead = make_asked_lead(client, form, advisor)
    end(client, lead, "spam")

    reopen_by_form(client, lead)
    deliver()

    assert lead.email in list_recipients(mailoutbox)


def test_lead_can_be_ended_and_reopened_again_and_again(client, form, advisor, manager, mailoutbox):
    lead = make_asked_lead(client, form, advisor)
    deliver()
    for _ in range(3):
        end(client, lead, "closed")
        reopen_by_form(client, lead)
        deliver()

    got = list_recipients(mailoutbox)
    assert (got.count(lead.email), got.count(advisor.user.email)) == (1, 4)


def test_spam_that_was_held_for_review_is_assigned_when_released(client, form, advisor):
    lead = make_lead(form=form, status="quarantined", captured_at=timezone.now())
    open_lead(client, lead).press("It is spam")

    reopen_by_form(client, lead)

    assert fresh(lead).assigned_to == advisor
    assert {"alert", "confirmation", "reminder"} <= set(planned(lead))


def test_reopened_lead_goes_to_someone_who_can_sign_in(client, form, advisor, school):
    left = make_member(institution=school, is_active=False)
    lead = make_lead(form=form, status="closed", assigned_to=left, captured_at=timezone.now())

    reopen_by_form(client, lead)

    assert fresh(lead).assigned_to == advisor


def test_answered_lead_that_is_reopened_gets_no_reminders(client, form, advisor, manager):
    lead = make_asked_lead(client, form, advisor)
    deliver()
    open_lead(client, lead).press("I have answered")
    answered = fresh(lead)
    end(client, lead, "closed")

    open_lead(client, lead).fill("Status", "contacted").press("Change status")

    kept = fresh(lead)
    assert (kept.first_answered_at, kept.answer_due_at) == (
        answered.first_answered_at,
        answered.answer_due_at,
    )
    assert not set(planned(lead)) & {"alert", "reminder", "escalation"}


# Undo


def state_of(lead):
    kept = fresh(lead)
    rows = [(row.pk, row.state, row.due_at) for row in rows_of(lead)]
    return (
        kept.status,
        kept.stage,
        kept.close_reason,
        kept.first_answered_at,
        kept.first_answered_by_id,
        kept.answered_after_minutes,
        kept.answer_due_at,
        kept.is_waiting,
        rows,
    )


def press_answered(client, lead):
    return open_lead(client, lead).press("I have answered")


STEPS = {
    "answered": press_answered,
    "spam": lambda client, lead: end(client, lead, "spam"),
    "closed": lambda client, lead: end(client, lead, "closed"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("button", ["message", "timeline"])
def test_step_is_undone_as_if_it_had_not_been(client, form, advisor, manager, step, button):
    lead = make_asked_lead(client, form, advisor)
    deliver()
    before = state_of(lead)
    page = STEPS[step](client, lead)
    assert state_of(lead) != before

    if button == "message":
        page = page.press("Undo")
    else:
        what = "first answer" if step == "answered" else "status changed"
        page = open_lead(client, lead).press(f"Undo “{what}”")

    assert state_of(lead) == before
    assert not page.has_button("Undo")
    with scopes_disabled():
        kinds = list(LeadEvent.objects.filter(lead=lead).values_list("kind", flat=True))
    assert kinds[-1] == "undone"
    assert ("answered" if step == "answered" else "status") in kinds


def test_response_of_a_colleague_is_undone_by_a_manager_only(
    client, form, advisor, school, manager
):
    lead = make_asked_lead(client, form, advisor)
    press_answered(client, lead)
    event = LeadEvent._base_manager.get(lead=lead, kind="answered")
    address = reverse("admin:hcprograms_lead_verb", args=[lead.pk, "undo"])

    client.force_login(make_member(institution=school).user)
    assert not open_lead(client, lead).has_button("Undo “first answer”")
    assert client.post(address, {"event": event.pk}).status_code == 403
    assert fresh(lead).first_answered_at is not None

    client.force_login(manager.user)
    open_lead(client, lead).press("Undo “first answer”")
    assert fresh(lead).first_answered_at is None


def test_response_that_was_sent_as_an_email_is_not_undone(client, form, advisor):
    lead = make_asked_lead(client, form, advisor)
    page = open_lead(client, lead)
    page = page.fill("Subject", "Yes", within="Send").fill("Message", "Dear Ada").press("Send")

    assert fresh(lead).first_answered_at is not None
    assert not page.has_button("Undo")
    assert not page.has_button("Undo “first answer”")


def test_status_that_was_changed_since_stays_when_the_response_is_undone(client, form, advisor):
    lead = make_asked_lead(client, form, advisor)
    press_answered(client, lead)
    open_lead(client, lead).fill("Status", "applied").press("Change status")

    open_lead(client, lead).press("Undo “first answer”")

    kept = fresh(lead)
    assert (kept.status, kept.first_answered_at) == ("applied", None)


def test_menu_asks_before_it_records_first_responses(client, form, advisor, school, manager):
    colleague = make_member(institution=school)
    mine, theirs = (
        make_asked_lead(client, form, advisor),
        make_asked_lead(client, form, colleague, name="Bob Bee"),
    )
    before = [state_of(mine), state_of(theirs)]

    page = act(client, [mine, theirs], "mark_answered")

    assert [state_of(mine), state_of(theirs)] == before
    assert "1 of them belongs to a colleague." in page.text
    assert "Bob Bee" in page.text
    page = page.press("Mark first answer recorded")
    assert fresh(mine).first_answered_at
    assert fresh(theirs).first_answered_at
    page.press("Undo")
    assert [state_of(mine), state_of(theirs)] == before


def test_menu_records_no_first_response_twice(client, form, advisor):
    answered, waiting = (make_asked_lead(client, form, advisor) for _ in range(2))
    press_answered(client, answered)
    before = state_of(answered)

    page = act(client, [answered], "mark_answered")
    assert page.notices == ["None of these leads needs a first response."]
    assert "You say that you have given it" not in page.text
    page = act(client, [answered, waiting], "mark_answered").press("Mark first answer recorded")

    assert page.notices == ["1 lead done. Undo"]
    assert state_of(answered) == before
    assert fresh(waiting).first_answered_at


def test_first_entry_of_the_menu_records_nothing(client, form, advisor):
    make_asked_lead(client, form, advisor)
    page = Page.open(client, INBOX)

    entries = [one["value"] for one in page.soup.select("select[name=action] option")]

    assert entries.index("mark_answered") > entries.index("assign_all")


def test_spam_of_the_menu_is_undone_by_its_message(client, form, advisor, manager):
    leads = [make_asked_lead(client, form, advisor), make_asked_lead(client, form, advisor)]
    before = [state_of(one) for one in leads]
    page = act(client, leads, "mark_spam")
    assert {fresh(one).status for one in leads} == {"spam"}

    page.press("Undo")

    assert [state_of(one) for one in leads] == before


def test_undo_of_another_school_changes_nothing(client, form, advisor):
    lead = make_asked_lead(client, form, advisor)
    press_answered(client, lead)
    event = LeadEvent._base_manager.get(lead=lead, kind="answered")
    client.force_login(make_member(institution=make_institution(), role=Role.OWNER).user)

    client.post(f"{INBOX}undo/", {"events": str(event.pk)})

    assert fresh(lead).first_answered_at is not None


# Talks


@pytest.fixture
def talk(school, advisor):
    make_office_hours(institution=school, weekdays=range(7))
    return AppointmentType.objects.create(institution=school, name="Talk")


def book(client, lead, talk):
    """The applicant books the last free time on the page that their signed link opens."""
    purpose = tokens.Purpose.APPOINTMENT
    token = sign_link(purpose, lead=lead, address=lead.email, now=timezone.now())
    address = reverse("hcprograms:appointment", args=[token])
    starts = Page.open(client, address).soup.select("[name=starts_at]")
    client.post(address, {"starts_at": starts[-1]["value"], "type": talk.pk, "tz": "UTC"})
    return Appointment._base_manager.get(lead=lead, state="booked")


def count_in_report(client, column):
    """The highest figure in this column of the report by advisor."""
    page = Page.open(client, f"{INBOX}report/?by=advisor")
    figures = [0]
    for table in page.soup.find_all("table"):
        headings = [text_of(one) for one in table.select("thead th")]
        if column in headings:
            rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
            cells = [text_of(row[headings.index(column)]) for row in rows]
            figures += [int(cell.split()[0]) for cell in cells if cell[:1].isdigit()]
    return max(figures)


@pytest.mark.parametrize("status", ["new", "contacted", "applied"])
def test_booked_talk_counts_as_a_stage(client, form, advisor, talk, status):
    lead = make_asked_lead(client, form, advisor)
    stage = 3 if status == "applied" else 0
    Lead._base_manager.filter(pk=lead.pk).update(status=status, stage=stage)

    book(client, lead, talk)

    kept = fresh(lead)
    assert kept.status == ("applied" if status == "applied" else "appointment")
    assert kept.stage == max(stage, 2)
    assert count_in_report(client, "Appointment") == 1


@pytest.mark.parametrize("is_answered", [True, False])
def test_cancelled_talk_leaves_the_lead_to_be_worked_on(
    client, form, advisor, manager, talk, is_answered
):
    lead = make_asked_lead(client, form, advisor)
    if is_answered:
        press_answered(client, lead)
    booked = book(client, lead, talk)
    assert not set(planned(lead)) & {"reminder", "escalation"}
    begun = timezone.now()

    address = reverse("admin:hcprograms_appointment_change", args=[booked.pk])
    Page.open(client, address).press("Cancel it and tell both sides")

    kept = fresh(lead)
    assert kept.status == ("contacted" if is_answered else "new")
    assert kept.stage == 2
    nudges = {"reminder", "escalation"}
    again = [row for row in rows_of(lead, state="planned") if row.purpose in nudges]
    assert len(again) == (0 if is_answered else 3)
    assert all(row.due_at >= begun for row in again)
    assert is_answered or kept.answer_due_at > begun


def test_talk_that_nobody_came_to_keeps_its_stage(client, form, advisor, talk):
    lead = make_asked_lead(client, form, advisor)
    booked = book(client, lead, talk)
    begun = timezone.now() - timedelta(minutes=10)
    Appointment._base_manager.filter(pk=booked.pk).update(starts_at=begun)

    address = reverse("admin:hcprograms_appointment_change", args=[booked.pk])
    Page.open(client, address).press("Nobody came")

    assert (fresh(lead).status, fresh(lead).stage) == ("new", 2)
    assert count_in_report(client, "Appointment") == 1


def test_status_of_further_leads_stays_when_a_talk_is_cancelled(client, form, advisor, talk):
    lead = make_asked_lead(client, form, advisor)
    booked = book(client, lead, talk)
    open_lead(client, lead).fill("Status", "applied").press("Change status")

    address = reverse("admin:hcprograms_appointment_change", args=[booked.pk])
    Page.open(client, address).press("Cancel it and tell both sides")

    assert fresh(lead).status == "applied"
