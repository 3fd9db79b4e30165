"""Whom reminders go to once a lead was given to somebody else."""

from datetime import timedelta

import pytest

from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.leads.status import assign_lead, change_status
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bob(school):
    return school.memberships.get(user__username="bob")


@pytest.fixture
def mia(school):
    return school.memberships.get(user__username="mia")


def reminders(lead):
    rows = FollowUp.objects.filter(lead=lead, purpose__in=["reminder", "escalation"])
    return [
        (row.step, row.address.partition("@")[0], row.membership.user.username)
        for row in rows.order_by("step", "pk")
    ]


def test_who_gets_the_lead_is_reminded_first_and_who_had_it_later(lead, bob, mia):
    plan_for_lead(lead=lead, now=NOW)

    assign_lead(lead=lead, membership=bob, user=mia.user, now=NOW + MINUTE)

    assert reminders(lead) == [(1, "bob", "bob"), (2, "ann", "ann"), (3, "mia", "mia")]


def test_reminder_that_is_due_already_stays(lead, bob, mia):
    plan_for_lead(lead=lead, now=NOW)

    assign_lead(lead=lead, membership=bob, user=mia.user, now=NOW + 6 * MINUTE)

    assert reminders(lead) == [(1, "ann", "ann"), (2, "bob", "bob"), (3, "mia", "mia")]


def test_any_other_change_moves_nothing(lead, mia):
    plan_for_lead(lead=lead, now=NOW)

    change_status(lead=lead, status="contacted", user=mia.user, now=NOW + MINUTE)

    assert [name for _step, name, _user in reminders(lead)] == ["ann", "bob", "mia"]


def test_reminders_to_everybody_stay_as_they_are(lead, school, bob, mia):
    sequence = factories.make_sequence(institution=school)
    for to, amount in [("advisor", 10), ("all", 30)]:
        step = {"says": "reminder", "to": to, "amount": amount, "unit": "business"}
        factories.make_step(sequence=sequence, **step)
    plan_for_lead(lead=lead, now=NOW)

    assign_lead(lead=lead, membership=bob, user=mia.user, now=NOW + MINUTE)

    assert [name for _step, name, _user in reminders(lead)] == ["bob", "ann", "bob"]


def test_advisor_without_address_gets_nobodys_reminders(lead, bob, mia):
    plan_for_lead(lead=lead, now=NOW)
    bob.user.email = ""
    bob.user.save()

    assign_lead(lead=lead, membership=bob, user=mia.user, now=NOW + MINUTE)

    assert [name for _step, name, _user in reminders(lead)] == ["ann", "bob", "mia"]
