"""The daily digest of open leads: to whom, when, once, and what it says."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring import digests
from hcprograms.followup.monitoring.digests import plan_digests
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Closure, Institution
from hcprograms.institutions.presence import Absence
from tests import factories

pytestmark = pytest.mark.usefixtures("unscoped")

EIGHT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # a Tuesday, 8:00 in New York
MINUTE = timedelta(minutes=1)


def waiting(lead, **fields):
    """One more lead of the same form."""
    fields = {"captured_at": factories.NOW, "assigned_to": lead.assigned_to} | fields
    return factories.make_lead(form=lead.form, **fields)


def planned():
    return set(FollowUp.objects.filter(purpose="digest").values_list("address", "day", "recipient"))


def test_digest_goes_to_managers_and_to_advisors_with_open_leads(lead):
    plan_digests(now=EIGHT)

    assert planned() == {
        ("mia@school.example", date(2026, 11, 24), "manager"),
        ("ann@school.example", date(2026, 11, 24), "advisor"),
    }


def test_digest_is_planned_at_the_schools_own_time(lead, school):
    assert plan_digests(now=EIGHT - MINUTE) == 0
    assert plan_digests(now=EIGHT) == 2


def test_digest_time_is_a_setting(lead, school):
    Institution.objects.filter(pk=school.pk).update(digest_at=time(16, 30))

    assert plan_digests(now=EIGHT) == 0
    assert plan_digests(now=EIGHT + timedelta(hours=8, minutes=30)) == 2


def test_digest_can_be_switched_off(lead, school):
    Institution.objects.filter(pk=school.pk).update(sends_digest=False)

    assert plan_digests(now=EIGHT) == 0


def test_any_number_of_watchmen_plan_one_a_day(lead):
    for minutes in range(0, 600, 7):
        plan_digests(now=EIGHT + minutes * MINUTE)

    assert FollowUp.objects.filter(purpose="digest").count() == 2


def test_two_watchmen_who_look_at_the_same_moment_plan_one(lead, monkeypatch):
    """The second has looked before the first wrote."""
    plan_digests(now=EIGHT)
    monkeypatch.setattr(digests, "_not_planned", lambda due: due)

    plan_digests(now=EIGHT)

    assert FollowUp.objects.filter(purpose="digest").count() == 2


def test_each_open_day_has_its_digest(lead):
    for day in range(7):  # Tuesday to Monday
        plan_digests(now=EIGHT + timedelta(days=day))

    days = {row.day.weekday() for row in FollowUp.objects.filter(purpose="digest")}
    assert days == {0, 1, 2, 3, 4}


def test_closed_day_has_none(lead, school):
    Closure.objects.create(
        institution=school, first_day=date(2026, 11, 24), last_day=date(2026, 11, 24)
    )

    assert plan_digests(now=EIGHT) == 0
    assert plan_digests(now=EIGHT + timedelta(days=1)) == 2


def test_office_that_never_opens_gets_one_every_day(lead, school):
    school.office_hours.all().delete()

    counts = [plan_digests(now=EIGHT + timedelta(days=day)) for day in range(7)]

    assert counts == [2] * 7


def test_after_a_downtime_only_todays_is_planned(lead):
    plan_digests(now=EIGHT + timedelta(days=8, hours=6))

    assert {row.day for row in FollowUp.objects.filter(purpose="digest")} == {date(2026, 12, 2)}


def test_yesterdays_that_was_not_sent_is_dropped(lead):
    plan_digests(now=EIGHT)
    plan_digests(now=EIGHT + timedelta(days=1))

    delivered = deliver_due(now=EIGHT + timedelta(days=1, minutes=1), limit=50)

    assert (delivered.sent, delivered.cancelled) == (2, 2)
    assert len(mail.outbox) == 2


def test_nothing_open_nothing_sent(lead):
    type(lead).objects.update(first_answered_at=EIGHT)

    assert plan_digests(now=EIGHT) == 0


def test_who_asks_after_the_digest_waits_for_tomorrows(lead):
    type(lead).objects.update(captured_at=EIGHT + MINUTE)

    assert plan_digests(now=EIGHT + 5 * MINUTE) == 0
    assert plan_digests(now=EIGHT + timedelta(days=1)) == 2


def test_answered_between_planning_and_sending_sends_nothing(lead):
    plan_digests(now=EIGHT)
    type(lead).objects.update(first_answered_at=EIGHT)

    assert deliver_due(now=EIGHT, limit=50).cancelled == 2
    assert mail.outbox == []


def test_advisor_who_is_away_gets_none(lead, ann):
    Absence.objects.create(membership=ann, first_day=EIGHT.date(), last_day=EIGHT.date())

    plan_digests(now=EIGHT)

    assert {address for address, _day, _to in planned()} == {"mia@school.example"}


def test_manager_who_answers_leads_too_gets_one(lead, school):
    mia = school.memberships.get(user__username="mia")
    waiting(lead, assigned_to=mia)

    plan_digests(now=EIGHT)

    assert sorted(address for address, _day, _to in planned()) == [
        "ann@school.example",
        "mia@school.example",
    ]


def test_school_without_managers_tells_its_mailbox(lead, school):
    school.memberships.filter(role="manager").delete()

    plan_digests(now=EIGHT)

    assert ("office@school.example", date(2026, 11, 24), "manager") in planned()


@pytest.mark.parametrize("gone", ["deleted", "inactive", "cannot sign in"])
def test_who_left_before_it_was_sent_reads_no_names(lead, ann, gone):
    plan_digests(now=EIGHT)
    if gone == "deleted":
        ann.delete()
    elif gone == "inactive":
        type(ann).objects.filter(pk=ann.pk).update(is_active=False)
    else:
        type(ann.user).objects.filter(pk=ann.user.pk).update(is_active=False)

    deliver_due(now=EIGHT, limit=50)

    assert [one.to for one in mail.outbox] == [["mia@school.example"]]


def test_digest_names_and_links_and_says_no_more(lead):
    type(lead).objects.update(
        phone="+13035550100", message="Call my mother", answer_due_at=EIGHT - timedelta(days=1)
    )
    plan_digests(now=EIGHT)

    deliver_due(now=EIGHT, limit=50)

    for one in mail.outbox:
        text = one.body + str(one.alternatives[0].content)
        assert "Ada Applicant" in text
        assert f"https://admissions.example/admin/hcprograms/lead/{lead.pk}/change/" in text
        assert not any(word in text for word in (lead.email, "0100", "mother"))
        assert one.extra_headers["Auto-Submitted"] == "auto-generated"


def test_manager_reads_of_all_and_an_advisor_of_their_own(lead, school):
    bob = school.memberships.get(user__username="bob")
    waiting(lead, name="Ben Bobs", assigned_to=bob)
    waiting(lead, name="Nia Nobodys", assigned_to=None)
    plan_digests(now=EIGHT)

    deliver_due(now=EIGHT, limit=50)

    names = ("Ada Applicant", "Ben Bobs", "Nia Nobodys")
    told = {one.to[0][:3]: [name in one.body for name in names] for one in mail.outbox}
    assert told == {
        "mia": [True, True, True],
        "ann": [True, False, False],
        "bob": [False, True, False],
    }


def test_longest_overdue_come_first_and_long_lists_end(lead):
    type(lead).objects.update(answer_due_at=EIGHT + timedelta(hours=3))
    for number in range(1, 31):
        due_at = EIGHT - timedelta(hours=number)
        waiting(lead, name=f"Lead {number:02}", answer_due_at=due_at)
    plan_digests(now=EIGHT)

    deliver_due(now=EIGHT, limit=50)

    body = next(one for one in mail.outbox if one.to == ["mia@school.example"]).body
    assert body.startswith("31 requests wait for an answer, 30 overdue")
    assert [line[2:9] for line in body.splitlines() if line.startswith("* ")][:2] == [
        "Lead 30",
        "Lead 29",
    ]
    assert "and 6 more" in body


def test_unknown_time_zone_counts_as_utc(lead, school):
    Institution.objects.filter(pk=school.pk).update(time_zone="Mars/Olympus_Mons")

    assert plan_digests(now=EIGHT.replace(hour=7, minute=59)) == 0
    assert plan_digests(now=EIGHT.replace(hour=8)) == 2
    assert deliver_due(now=EIGHT.replace(hour=8), limit=50).sent == 2


def test_idle_round_is_two_queries_however_many_schools(lead, django_assert_num_queries):
    for _number in range(3):
        school = factories.make_institution(email="office@other.example")
        factories.make_lead(form=factories.make_interest_form(institution=school))
    factories.make_institution()
    plan_digests(now=EIGHT)

    with django_assert_num_queries(2):
        plan_digests(now=EIGHT + MINUTE)


def test_queries_of_planning_do_not_grow_with_the_schools(lead):
    counts = []
    for size in (1, 3):
        FollowUp.objects.filter(purpose="digest").delete()
        while Institution.objects.count() < size:
            school = factories.make_institution()
            member = factories.make_member(institution=school)
            form = factories.make_interest_form(institution=school)
            factories.make_lead(form=form, assigned_to=member)
        with CaptureQueriesContext(connection) as queries:
            plan_digests(now=EIGHT)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@given(
    zone=st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"]),
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    at=st.times(),
)
def test_moment_of_a_local_time_is_on_that_day_once(zone, day, at):
    hours = OpeningHours.from_rows(time_zone=zone, hours=())

    moment = hours.locate(datetime.combine(day, at))

    there = moment.astimezone(ZoneInfo(zone))
    assert there.date() == day
    assert there.replace(tzinfo=None, fold=0) >= datetime.combine(day, at)


def test_digest_in_the_hour_that_is_skipped_and_in_the_one_that_happens_twice():
    hours = OpeningHours.from_rows(time_zone="America/New_York", hours=())

    skipped = hours.locate(datetime.combine(date(2027, 3, 14), time(2, 30)))
    twice = hours.locate(datetime.combine(date(2026, 11, 1), time(1, 30)))

    assert skipped == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
    assert twice == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
