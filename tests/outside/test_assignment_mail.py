"""New owners of leads are told by one email; who is away is not bothered with new leads."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Role
from hcprograms.institutions.presence import Absence
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Lead, LeadEvent
from tests.factories import (
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_user,
)
from tests.outside.page import Page

pytestmark = pytest.mark.django_db
INBOX = "/admin/hcprograms/lead/"


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def form(school):
    return make_interest_form(institution=school)


def make_named(school, name, **fields):
    user = make_user(is_staff=True, first_name=name, email=f"{name.lower()}@school.example")
    return make_member(institution=school, user=user, **fields)


@pytest.fixture
def adam(school):
    return make_named(school, "Adam")


@pytest.fixture
def anna(school):
    return make_named(school, "Anna")


@pytest.fixture
def manager(school, client):
    member = make_named(school, "Marta", role=Role.MANAGER)
    client.force_login(member.user)
    return member


def deliver(mailoutbox):
    """Address → the subjects of what is sent now."""
    del mailoutbox[:]
    call_command("deliver_followups", "--once")
    found = {}
    for mail in mailoutbox:
        found.setdefault(mail.to[0], []).append(mail.subject)
    return found


def make_leads(form, member, count):
    now = timezone.now()
    return [
        make_lead(form=form, name=f"Person {number}", assigned_to=member, captured_at=now)
        for number in range(count)
    ]


def owner_of(lead):
    return Lead._base_manager.get(pk=lead.pk).assigned_to


def test_leads_given_together_are_one_email(client, form, anna, adam, manager, mailoutbox):
    leads = make_leads(form, anna, 19)
    data = {"action": "assign_all", "_selected_action": [one.pk for one in leads]}

    page = Page(client, client.post(f"{INBOX}?queue=all", data, follow=True))
    page = page.fill("Who answers", "Adam").press("Assign to somebody")

    assert page.notices == ["19 leads assigned to Adam."]
    assert {owner_of(one) for one in leads} == {adam}
    assert deliver(mailoutbox) == {
        "adam@school.example": ["19 inquiries are now assigned to you"],
    }
    body = mailoutbox[0].body
    assert "Person 0" in body
    assert f"{INBOX}{leads[0].pk}/change/" in body
    assert leads[0].email not in body


def test_lead_given_on_its_page_is_told(client, form, anna, adam, manager, mailoutbox):
    lead = make_leads(form, anna, 1)[0]
    address = reverse("admin:hcprograms_lead_change", args=[lead.pk])

    Page.open(client, address).fill("Who answers", "Adam").press("Assign")

    assert deliver(mailoutbox) == {"adam@school.example": ["1 inquiry is now assigned to you"]}


def test_who_takes_a_lead_or_has_it_already_gets_no_email(
    client, form, anna, adam, manager, mailoutbox
):
    mine, hers = make_leads(form, adam, 1)[0], make_leads(form, anna, 1)[0]
    client.force_login(adam.user)
    data = {"action": "take_over", "_selected_action": [mine.pk, hers.pk]}

    page = Page(client, client.post(f"{INBOX}?queue=all", data, follow=True))

    assert page.notices == ["2 leads assigned to you."]
    assert owner_of(hers) == adam
    assert deliver(mailoutbox) == {}


def test_lead_that_was_moved_on_is_not_in_the_email(client, form, anna, adam, manager, mailoutbox):
    lead = make_leads(form, anna, 1)[0]
    address = reverse("admin:hcprograms_lead_change", args=[lead.pk])
    Page.open(client, address).fill("Who answers", "Adam").press("Assign")
    Page.open(client, address).fill("Who answers", "Anna").press("Assign")

    assert deliver(mailoutbox) == {"anna@school.example": ["1 inquiry is now assigned to you"]}


def test_two_batches_on_one_day_are_two_emails(client, form, anna, adam, manager, mailoutbox):
    for lead in make_leads(form, anna, 2):
        address = reverse("admin:hcprograms_lead_change", args=[lead.pk])
        Page.open(client, address).fill("Who answers", "Adam").press("Assign")

    assert deliver(mailoutbox) == {"adam@school.example": ["1 inquiry is now assigned to you"] * 2}


def test_merging_and_parting_tell_who_has_the_request_now(
    client, form, anna, adam, manager, mailoutbox
):
    kept, other = make_leads(form, adam, 1)[0], make_leads(form, anna, 1)[0]
    page = Page.open(client, reverse("admin:hcprograms_lead_merge", args=[kept.pk, other.pk]))

    page = page.press("Merge")
    assert deliver(mailoutbox) == {"adam@school.example": ["1 inquiry is now assigned to you"]}

    page.press("Undo")
    assert deliver(mailoutbox) == {"anna@school.example": ["1 inquiry is now assigned to you"]}


def be_away(member, first=-1, last=1):
    today = timezone.now().date()
    Absence.objects.create(
        membership=member,
        first_day=today + timedelta(days=first),
        last_day=today + timedelta(days=last),
    )


def release(client, form, **fields):
    lead = make_lead(form=form, status="quarantined", captured_at=timezone.now(), **fields)
    client.post(reverse("admin:hcprograms_lead_verb", args=[lead.pk, "release"]))
    return lead


@pytest.mark.parametrize(
    ("first", "last", "is_away"), [(-2, 2, True), (3, 9, False), (-9, -3, False)]
)
def test_alert_goes_to_those_who_are_there(
    client, form, anna, adam, manager, mailoutbox, first, last, is_away
):
    be_away(anna, first, last)

    release(client, form)

    told = set(deliver(mailoutbox))
    assert "adam@school.example" in told
    assert ("anna@school.example" in told) is not is_away


def test_manager_is_alerted_while_all_advisors_are_away(
    client, form, anna, adam, manager, mailoutbox
):
    be_away(anna)
    be_away(adam)

    release(client, form)

    told = set(deliver(mailoutbox))
    assert "marta@school.example" in told
    assert not told & {"anna@school.example", "adam@school.example"}


def test_someone_is_alerted_where_everyone_is_away(client, form, anna, manager, mailoutbox):
    be_away(anna)
    be_away(manager)

    release(client, form)

    assert set(deliver(mailoutbox)) & {"anna@school.example", "marta@school.example"}


def test_assignment_says_why_in_the_timeline(client, form, anna, adam, manager):
    lead = make_leads(form, anna, 1)[0]
    Lead._base_manager.filter(pk=lead.pk).update(assignment_reason="next in turn")
    address = reverse("admin:hcprograms_lead_change", args=[lead.pk])

    page = Page.open(client, address).fill("Who answers", "Adam").press("Assign")

    assert "next in turn" not in page.text
    with scopes_disabled():
        assert LeadEvent.objects.filter(lead=lead, kind="assigned").exists()
        assert FollowUp.objects.filter(purpose="assigned").count() == 1
