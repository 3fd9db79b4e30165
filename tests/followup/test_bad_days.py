"""What must not stop the others: heaps of due messages, hours that never open, lost time zones."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.alerts import run_monitoring
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.queue import lease_due
from hcprograms.institutions.models import Closure, Institution
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]

LOST = "Mars/Olympus_Mons"


def heap(lead, count):
    """As many messages, due since yesterday one after the other, and at last one due now."""
    FollowUp.objects.bulk_create(
        FollowUp(
            institution=lead.institution,
            lead=lead,
            purpose="alert",
            recipient="advisor",
            address=f"a{number}@school.example",
            due_at=NOW - (count - number) * timedelta(seconds=5),
        )
        for number in range(count + 1)
    )
    return FollowUp.objects.get(due_at=NOW)


def test_ten_thousand_due_messages_are_taken_in_batches_and_none_is_starved(lead):
    newest = heap(lead, 10_000)

    taken = []
    while rows := lease_due(now=NOW, limit=500).rows:
        taken.append([row.pk for row in rows])

    assert [len(batch) for batch in taken] == [500] * 20 + [1]
    assert len({key for batch in taken for key in batch}) == 10_001
    assert taken[-1] == [newest.pk]


def test_messages_that_are_refused_again_and_again_do_not_keep_the_newest_waiting(lead, settings):
    """Each refused one waits behind those that have not been tried."""
    newest = heap(lead, 50)
    FollowUp.objects.exclude(pk=newest.pk).update(channel="pigeon")

    for _batch in range(6):
        deliver_due(now=NOW, limit=10)

    newest.refresh_from_db()
    assert newest.state == "sent"


@pytest.mark.parametrize("why", ["no hours", "closed for ever"])
def test_office_that_never_opens_still_tells_and_reminds(lead, school, why):
    if why == "no hours":
        school.office_hours.all().delete()
    else:
        Closure.objects.create(institution=school, first_day=NOW.date(), last_day=date.max)

    plan_for_lead(lead=lead, now=NOW)
    deliver_due(now=NOW + timedelta(minutes=5), limit=50)

    told = sorted(one.to[0] for one in mail.outbox)
    assert told == [
        "Ada Applicant <ada@applicant.example>",
        "ann@school.example",
        "ann@school.example",
        "bob@school.example",
    ]


def test_time_zone_that_is_no_more_stops_neither_mails_nor_rounds(lead, school):
    Institution.objects.update(time_zone=LOST)
    lead.refresh_from_db()

    plan_for_lead(lead=lead, now=NOW)
    delivered = deliver_due(now=NOW, limit=50)
    digests, _alerts = run_monitoring(now=NOW + timedelta(days=1))

    assert (delivered.sent, delivered.failed) == (3, 0)
    assert digests == 2


def test_time_zone_that_is_no_more_can_be_mended_in_the_admin(client, school):
    Institution.objects.update(time_zone=LOST)
    owner = factories.make_member(institution=school, role="owner")
    client.force_login(owner.user)

    pages = [
        reverse("admin:hcprograms_institution_change", args=[school.pk]),
        reverse("admin:hcprograms_lead_changelist"),
        reverse("admin:hcprograms_followup_late"),
        "/admin/hcprograms/",
    ]

    assert [client.get(page).status_code for page in pages] == [200] * 4


def test_form_of_a_school_whose_time_zone_is_no_more_takes_requests(client, school):
    Institution.objects.update(time_zone=LOST)
    factories.make_interest_form(institution=school)

    assert client.get(reverse("hcprograms:ask", args=[school.slug])).status_code == 200
