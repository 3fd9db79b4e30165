"""Members who leave: their leads, appointments and rules go to others, and none is forgotten."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Membership, Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Appointment, AppointmentType, Lead, LeadEvent
from hcprograms.leads.models.routing import RoutingRule
from tests.factories import make_institution, make_interest_form, make_lead, make_member, make_user
from tests.outside.page import Page

pytestmark = pytest.mark.django_db
INBOX = "/admin/hcprograms/lead/"
MEMBERS = "/admin/hcprograms/membership/"


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
def anna(school):
    return make_named(school, "Anna")


@pytest.fixture
def adam(school):
    return make_named(school, "Adam")


@pytest.fixture
def owner(school, client):
    member = make_named(school, "Olive", role=Role.OWNER)
    client.force_login(member.user)
    return member


def make_leads(form, member, count, **fields):
    values = {"captured_at": timezone.now(), "assignment_reason": "next in turn"}
    return [make_lead(form=form, assigned_to=member, **values | fields) for _ in range(count)]


def fresh(lead):
    return Lead._base_manager.get(pk=lead.pk)


def last_event(lead):
    with scopes_disabled():
        return LeadEvent.objects.filter(lead=lead).order_by("pk").last()


def open_page(client, member):
    return Page.open(client, reverse("admin:hcprograms_membership_change", args=[member.pk]))


def deactivate(client, member, to=None):
    page = open_page(client, member)
    del page.field("Active")["checked"]
    if to:
        page.fill("Who takes over", to)
    return page.press("Save")


def ask_to_delete(client, member):
    return Page.open(client, reverse("admin:hcprograms_membership_delete", args=[member.pk]))


def ask_to_delete_by_menu(client, member):
    data = {"action": "delete_selected", "_selected_action": [member.pk]}
    return Page(client, client.post(MEMBERS, data, follow=True))


def delete_by(ask):
    def delete(client, member, to=None):
        page = ask(client, member)
        if to:
            page.fill("Who takes over", to)
        return page.press("Delete")

    return delete


WAYS = {
    "inactive": deactivate,
    "delete": delete_by(ask_to_delete),
    "menu": delete_by(ask_to_delete_by_menu),
}


@pytest.fixture(params=WAYS)
def leave(request):
    return WAYS[request.param]


@pytest.mark.parametrize("ask", [open_page, ask_to_delete, ask_to_delete_by_menu])
def test_page_names_the_open_work(client, form, anna, adam, owner, ask):
    make_leads(form, anna, 3)
    make_leads(form, anna, 1, status="closed")
    rule = RoutingRule.objects.create(institution=form.institution, name="Masters")
    rule.advisors.add(anna)

    page = ask(client, anna)

    assert "3 open leads" in page.text
    assert "3 open leads and a place in the routing rule “Masters”" in page.text


def test_member_does_not_leave_before_it_is_said_who_takes_over(
    client, form, anna, adam, owner, leave
):
    leads = make_leads(form, anna, 2)

    page = leave(client, anna)

    assert "Say who takes over" in page.text
    assert Membership.objects.get(pk=anna.pk).is_active
    assert {fresh(one).assigned_to for one in leads} == {anna}


def test_colleague_takes_over(client, form, anna, adam, owner, leave, mailoutbox):
    leads = make_leads(form, anna, 20)
    rule = RoutingRule.objects.create(institution=form.institution, name="Masters")
    rule.advisors.add(anna)

    leave(client, anna, "Adam")

    assert not Membership.objects.active().filter(pk=anna.pk).exists()
    assert {fresh(one).assigned_to for one in leads} == {adam}
    assert {fresh(one).assignment_reason for one in leads} == {"handed over"}
    assert last_event(leads[0]).text == "Adam: handed over"
    assert list(rule.advisors.all()) == [adam]
    call_command("deliver_followups", "--once")
    told = [(mail.to, mail.subject) for mail in mailoutbox]
    assert told == [(["adam@school.example"], "20 inquiries are now assigned to you")]


def test_rules_decide_who_takes_over(client, form, anna, adam, owner, leave):
    third = make_named(form.institution, "Berta")
    leads = make_leads(form, anna, 4)
    due = [one.answer_due_at for one in leads]

    leave(client, anna, "by the routing rules")

    owners = [fresh(one).assigned_to for one in leads]
    assert {owners.count(adam), owners.count(third)} == {2}
    assert [fresh(one).answer_due_at for one in leads] == due
    assert fresh(leads[0]).assignment_reason != "handed over"


def test_leads_are_left_to_no_one_on_purpose(client, form, anna, adam, owner, leave):
    lead = make_leads(form, anna, 1)[0]

    page = leave(client, anna, "nobody: leave them unassigned on purpose")

    assert "1 open lead is assigned to nobody now." in page.notices
    assert "handed over" not in last_event(lead).text
    assert (fresh(lead).assigned_to, fresh(lead).assignment_reason) == (None, "")
    assert last_event(lead).kind == "assigned"
    assert "Why them" not in Page.open(client, f"{INBOX}{lead.pk}/change/").text


def test_member_without_open_work_leaves_at_once(client, form, anna, adam, owner, leave):
    make_leads(form, anna, 1, status="closed")

    leave(client, anna)

    assert not Membership.objects.active().filter(pk=anna.pk).exists()


def book(form, member, lead, at):
    kind = AppointmentType.objects.create(institution=form.institution, name="Talk")
    with scopes_disabled():
        one = Appointment.objects.create(
            institution=form.institution,
            lead=lead,
            membership=member,
            type=kind,
            starts_at=at,
            ends_at=at + timedelta(minutes=30),
            time_zone="America/New_York",
        )
        one.booked_times.create(membership=member, at=at)
    return one


@pytest.mark.parametrize("ask", [ask_to_delete, ask_to_delete_by_menu])
def test_member_with_appointments_is_not_deleted(client, form, anna, adam, owner, ask):
    lead = make_leads(form, anna, 1)[0]
    booked = book(form, anna, lead, timezone.now() + timedelta(days=2))

    page = ask(client, anna)

    assert "1 appointment to come" in page.text
    assert "Make the membership inactive instead" in page.text
    address = reverse("admin:hcprograms_membership_delete", args=[anna.pk])
    assert client.post(address, {"post": "yes", "handover": str(adam.pk)}).status_code == 403
    assert Appointment._base_manager.filter(pk=booked.pk, membership=anna).exists()
    assert fresh(lead).assigned_to == anna


def test_appointments_go_along_and_both_sides_are_told(client, form, anna, adam, owner):
    lead = make_leads(form, anna, 1)[0]
    booked = book(form, anna, lead, timezone.now() + timedelta(days=2))

    refused = deactivate(client, anna, "nobody: leave them unassigned on purpose")
    assert "somebody is expected at the appointments" in refused.text
    deactivate(client, anna, "Adam")

    with scopes_disabled():
        kept = Appointment.objects.get(pk=booked.pk)
        told = set(FollowUp.objects.filter(appointment=kept).values_list("address", flat=True))
    assert (kept.membership, kept.state) == (adam, "booked")
    assert {lead.email, "adam@school.example"} <= told


def test_colleague_who_is_busy_then_cannot_take_the_appointment(client, form, anna, adam, owner):
    at = timezone.now() + timedelta(days=2)
    mine, theirs = make_leads(form, anna, 1)[0], make_leads(form, adam, 1)[0]
    book(form, anna, mine, at)
    kind = AppointmentType.objects.get()
    kind.name = "Other"
    kind.save()
    book(form, adam, theirs, at)

    page = deactivate(client, anna, "Adam")

    assert "Adam is busy at the time of this appointment" in page.text
    assert fresh(mine).assigned_to == anna


def test_reminders_of_who_left_go_to_who_has_the_lead(client, form, anna, adam, owner, leave):
    lead = make_lead(form=form, status="quarantined", assigned_to=anna, captured_at=timezone.now())
    client.post(reverse("admin:hcprograms_lead_verb", args=[lead.pk, "release"]))

    leave(client, anna, "Adam")

    with scopes_disabled():
        planned = FollowUp.objects.filter(lead=lead, state="planned").exclude(recipient="applicant")
        addresses = set(planned.values_list("address", flat=True))
    assert "anna@school.example" not in addresses
    assert "adam@school.example" in addresses


def test_user_who_is_deleted_leaves_a_trace_on_the_leads(client, form, anna, adam, owner):
    lead = make_leads(form, anna, 1)[0]

    get_user_model().objects.get(pk=anna.user.pk).delete()

    assert (fresh(lead).assigned_to, fresh(lead).assignment_reason) == (None, "")
    assert "Anna was removed" in last_event(lead).text


# Leads that no one has


def listed(client, **query):
    cl = client.get(INBOX, query).context["cl"]
    return sorted(lead.name for lead in cl.result_list)


@pytest.fixture
def orphans(form, anna, adam):
    now = timezone.now()
    gone = make_member(institution=form.institution, user=make_user(is_active=False))
    make_lead(form=form, name="Free", captured_at=now)
    make_lead(form=form, name="User gone", captured_at=now, assigned_to=gone)
    make_lead(form=form, name="Member gone", captured_at=now, assigned_to=anna)
    make_lead(form=form, name="Kept", captured_at=now, assigned_to=adam)
    Membership.objects.filter(pk=anna.pk).update(is_active=False)


def test_filter_finds_leads_of_no_one_who_can_sign_in(client, owner, orphans):
    name = "assigned_to__id__exact"

    assert listed(client, **{name: "none"}) == ["Free"]
    assert listed(client, **{name: "gone"}) == ["Member gone", "User gone"]
    assert listed(client, **{name: "orphaned"}) == ["Free", "Member gone", "User gone"]
    page = Page.open(client, INBOX)
    choices = [one.get_text() for one in page.soup.select("#changelist-filter a")]
    assert "nobody, or a person who cannot sign in (3)" in choices
    assert page.text.count("cannot sign in") >= 3


def test_late_page_links_to_exactly_the_leads_of_nobody(client, owner, orphans):
    page = Page.open(client, reverse("admin:hcprograms_followup_late"))

    link = next(one for one in page.soup.find_all("a") if one.get_text() == "nobody")

    found = client.get(link["href"]).context["cl"].result_list
    assert [lead.name for lead in found] == ["Free"]
    assert "cannot sign in" in page.text


def test_what_needs_care_names_leads_of_no_one(client, owner, orphans):
    page = Page.open(client, "/admin/hcprograms/")

    assert "3 waiting leads assigned to nobody who can sign in" in page.text
