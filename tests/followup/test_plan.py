"""Which messages a lead calls for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django_scopes.exceptions import ScopeError

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.institutions.models import Role
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.suppression import suppress_address
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")


def planned(rows, purpose):
    return [(row.step, row.address, row.due_at) for row in rows if row.purpose == purpose]


def test_plan_confirms_to_the_applicant_at_once(lead):
    rows = plan_for_lead(lead=lead, now=NOW)

    assert planned(rows, "confirmation") == [(0, "ada@applicant.example", NOW)]


def test_plan_alerts_every_advisor_at_once_the_assigned_first(lead, school):
    lead.assigned_to = school.memberships.get(user__username="bob")

    rows = plan_for_lead(lead=lead, now=NOW)

    assert planned(rows, "alert") == [
        (0, "bob@school.example", NOW),
        (0, "ann@school.example", NOW),
    ]


def test_plan_reminds_and_escalates_in_business_time(lead):
    rows = plan_for_lead(lead=lead, now=NOW)

    assert planned(rows, "reminder") == [
        (1, "ann@school.example", NOW + timedelta(minutes=5)),
        (2, "bob@school.example", NOW + timedelta(minutes=30)),
    ]
    assert planned(rows, "escalation") == [
        (3, "mia@school.example", NOW + timedelta(minutes=60)),
    ]


def test_plan_on_friday_night_reminds_from_monday_opening(lead):
    friday_night = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)

    rows = plan_for_lead(lead=lead, now=friday_night)

    monday_nine = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    assert [row.due_at for row in rows if row.step] == [
        monday_nine + timedelta(minutes=minutes) for minutes in (5, 30, 60)
    ]
    assert planned(rows, "alert")[0][2] == friday_night


def test_plan_with_one_reminder_in_the_settings(lead, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"REMIND_AFTER_BUSINESS_MINUTES": (10,)}

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [(row.purpose, row.step) for row in rows if row.step] == [("reminder", 1)]


def test_plan_without_advisors_tells_managers(lead, school):
    school.memberships.update(receives_leads=False)
    lead.assigned_to = None

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [row.address for row in rows if row.purpose == "alert"] == ["mia@school.example"]


def test_plan_without_members_tells_the_office(lead, school):
    school.memberships.all().delete()
    lead.assigned_to = None

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [row.address for row in rows if row.purpose == "alert"] == ["office@school.example"]
    assert [row.address for row in rows if row.step] == ["office@school.example"] * 3


def test_plan_with_nobody_to_tell_is_a_visible_failure(lead, school):
    school.memberships.all().delete()
    school.email = ""
    lead.assigned_to, lead.institution = None, school

    rows = plan_for_lead(lead=lead, now=NOW)

    told = "This institution has no advisor, manager or email address to tell."
    assert [(row.state, row.last_error) for row in rows if row.purpose == "alert"] == [
        ("failed", told)
    ]
    assert LeadEvent.objects.get(lead=lead, kind="mail_failed").text == told


def test_plan_for_an_advisor_without_address_is_a_visible_failure(lead, ann):
    ann.user.email = ""
    ann.user.save()

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [(row.address, row.state) for row in rows if row.purpose == "alert"] == [
        ("bob@school.example", "planned"),
        ("", "failed"),
    ]


def test_plan_skips_advisors_who_left(lead, school):
    school.memberships.filter(user__username="bob").update(is_active=False)

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [row.address for row in rows if row.purpose == "alert"] == ["ann@school.example"]


def test_two_members_with_one_address_get_one_alert(lead, school):
    user = factories.make_user(email="ANN@school.example")
    factories.make_member(institution=school, user=user)

    rows = plan_for_lead(lead=lead, now=NOW)

    assert len([row for row in rows if row.purpose == "alert"]) == 2


def test_second_reminder_without_second_advisor_goes_to_the_manager(lead, school):
    school.memberships.filter(user__username="bob").delete()

    rows = plan_for_lead(lead=lead, now=NOW)

    assert [row.address for row in rows if row.step] == [
        "ann@school.example",
        "mia@school.example",
        "mia@school.example",
    ]


def test_manager_who_has_the_lead_escalates_to_the_owner(lead, school):
    mia = school.memberships.get(user__username="mia")
    owner = factories.make_user(email="owner@school.example")
    factories.make_member(institution=school, role=Role.OWNER, user=owner)
    lead.assigned_to = mia

    rows = plan_for_lead(lead=lead, now=NOW)

    assert planned(rows, "escalation")[0][1] == "owner@school.example"


@pytest.mark.parametrize("status", [Lead.Status.QUARANTINED, Lead.Status.SPAM, Lead.Status.CLOSED])
def test_plan_for_a_lead_held_or_ended_is_nothing(lead, status):
    lead.status = status

    assert plan_for_lead(lead=lead, now=NOW) == []
    assert not FollowUp.objects.exists()


def test_plan_twice_adds_nothing(lead):
    plan_for_lead(lead=lead, now=NOW)

    assert plan_for_lead(lead=lead, now=NOW) == []
    assert FollowUp.objects.count() == 6


def test_address_suppressed_earlier_gets_the_answer_to_a_new_request(lead, school):
    suppress_address(
        institution=school,
        channel="email",
        address="ADA@applicant.example",
        reason="link",
        now=NOW - timedelta(days=1),
    )
    plan_for_lead(lead=lead, now=NOW)

    deliver_due(now=NOW, limit=50)

    assert "Ada Applicant <ada@applicant.example>" in {one.to[0] for one in mail.outbox}


def test_follow_ups_are_closed_to_queries_without_scope(lead):
    plan_for_lead(lead=lead, now=NOW)

    from hcprograms.institutions.scoping import scope  # noqa: PLC0415

    with pytest.raises(ScopeError), scope():
        FollowUp.objects.all()
