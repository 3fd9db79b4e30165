"""New leads find somebody: rules, hours, absences and limits in the database."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction

from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.presence import Absence, WorkingHours
from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.assignment import assign_by_rules, get_routing_plan
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.handover import hand_over
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.routing import RoutingRule
from hcprograms.signals import lead_captured
from tests.factories import NOW, make_lead, make_member
from tests.leads.asking import make_school, make_submission
from tests.leads.test_capture import all_leads, erased_at_the_end, run_at_once

__all__ = ["erased_at_the_end"]
pytestmark = pytest.mark.django_db


def make_rule(school, *advisors: Membership, **fields) -> RoutingRule:
    values = {"name": "Rule", "institution": school.form.institution}
    rule = RoutingRule.objects.create(**values | fields)
    rule.advisors.set(advisors)
    return rule


def capture(school, *, now=NOW, **details) -> Lead:
    person = {"name": "Ada", "email": "ada@applicant.example"}
    submission = make_submission(school, details=person | details)
    return capture_lead(form=school.form, submission=submission, now=now).lead


def timeline(lead: Lead) -> str:
    with scopes_disabled():
        return LeadEvent.objects.get(lead=lead, kind="assigned").text


@pytest.fixture
def second(school) -> Membership:
    return make_member(institution=school.form.institution)


def test_lead_follows_the_rule_and_says_so(school, second):
    make_rule(school, second, name="Texas", states=["TX"])

    lead = capture(school, state="TX", country="US")

    assert lead.assigned_to == second
    assert lead.assignment_reason == "rule “Texas”: next in turn"


def test_rule_by_program_and_level(school, second):
    rule = make_rule(school, second, name="MHA", levels=["master"])
    rule.programs.set([school.offering.program])

    assert capture(school).assigned_to == second


def test_least_busy_gets_the_next_one(school, second):
    make_rule(school, name="Load", how="least_busy")
    make_lead(form=school.form, assigned_to=school.advisor)
    make_lead(form=school.form, assigned_to=second, first_answered_at=NOW)

    lead = capture(school)

    assert lead.assigned_to == second
    assert lead.assignment_reason == "rule “Load”: fewest unanswered leads"


def test_merged_leads_keep_nobody_busy(school, second):
    make_rule(school, name="Load", how="least_busy")
    kept = make_lead(form=school.form, assigned_to=second, status="new")
    make_lead(form=school.form, assigned_to=school.advisor, status="new")
    make_lead(form=school.form, assigned_to=school.advisor, status="new", merged_into=kept)

    # One lead each needs a response, so it is the first one's turn.
    assert capture(school).assigned_to == school.advisor


def test_who_is_away_is_passed_over_by_name(school, second):
    Absence.objects.create(
        membership=school.advisor, first_day=NOW.date(), last_day=NOW.date() + timedelta(days=3)
    )

    lead = capture(school)

    assert lead.assigned_to == second
    assert f"passed over: {school.advisor} (away)" in timeline(lead)


def test_absence_counts_days_of_the_institution(school, second):
    """NOW is Monday, 10:00 in New York; at 03:00 UTC on Tuesday it is Monday there still."""
    Absence.objects.create(
        membership=school.advisor, first_day=date(2026, 11, 23), last_day=date(2026, 11, 23)
    )

    lead = capture(school, now=NOW + timedelta(hours=12))

    assert lead.assigned_to == second


def test_own_hours_decide_who_is_there(school, second):
    Membership.objects.filter(pk=second.pk).update(lead_turn=5)
    WorkingHours.objects.create(
        membership=school.advisor, weekday=0, opens=time(13), closes=time(17)
    )

    assert capture(school).assigned_to == second
    assert capture(school, now=NOW + timedelta(hours=4)).assigned_to == school.advisor


def test_daily_limit_holds_until_the_next_day(school, second):
    Membership.objects.filter(pk=school.advisor.pk).update(daily_cap=1)

    first_day = [capture(school).assigned_to for _ in range(3)]
    next_day = capture(school, now=NOW + timedelta(days=1)).assigned_to

    assert first_day == [school.advisor, second, second]
    assert next_day == school.advisor


def test_fallback_takes_what_nobody_can(school, second):
    Membership.objects.filter(pk=school.advisor.pk).update(daily_cap=0)
    Membership.objects.filter(pk=second.pk).update(receives_leads=False, is_fallback=True)

    lead = capture(school)

    assert (lead.assigned_to, lead.assignment_reason) == (second, "answers when nobody else can")


def test_assigning_takes_few_queries_whatever_the_rules(school, django_assert_num_queries):
    make_rule(school, states=["TX"])
    institution = school.form.institution
    lead = Lead(institution=institution, form=school.form)
    plan = get_routing_plan(institution=institution)

    # One reads and locks the members, one takes the turn.
    with scope(institution=institution), transaction.atomic(), django_assert_num_queries(2):
        assign_by_rules(lead=lead, offerings=[], plan=plan, now=NOW)


def test_leads_go_round(school, second):
    third = make_member(institution=school.form.institution)
    team = [second, third]
    make_rule(school, *team, name="Team")

    owners = [capture(school).assigned_to for _ in range(4)]

    assert owners == [second, third, second, third]


def test_failing_receiver_takes_nobodys_turn(school, second):
    def fail(**kwargs):
        raise RuntimeError("broken receiver")

    lead_captured.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            capture(school)
    finally:
        lead_captured.disconnect(fail)

    assert capture(school).assigned_to == school.advisor


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
def test_simultaneous_leads_of_a_rule_are_shared_fairly_and_keep_to_the_limit():
    school = make_school()
    team = [make_member(institution=school.form.institution) for _ in range(3)]
    Membership.objects.filter(pk=team[0].pk).update(daily_cap=2)
    make_rule(school, *team, name="Team")

    raised = run_at_once(
        12,
        lambda number: capture_lead(form=school.form, submission=make_submission(school), now=NOW),
    )

    shares = [lead.assigned_to_id for lead in all_leads()]
    assert raised == []
    assert [shares.count(one.pk) for one in team] == [2, 5, 5]


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
def test_simultaneous_leads_go_to_who_has_least_to_do_when_it_is_their_turn():
    school = make_school()
    busy = [make_member(institution=school.form.institution) for _ in range(2)]
    make_rule(school, school.advisor, *busy, how="least_busy")
    for member in busy:
        for _ in range(4):
            make_lead(form=school.form, assigned_to=member, status="new")

    raised = run_at_once(10, lambda number: capture(school))

    shares = [lead.assigned_to for lead in all_leads()]
    assert raised == []
    assert sorted(shares.count(one) for one in (school.advisor, *busy)) == [6, 6, 6]


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
def test_double_click_where_leads_are_counted_gives_one_lead_and_takes_one_turn():
    school = make_school()
    other = make_member(institution=school.form.institution)
    make_rule(school, school.advisor, other, how="least_busy")
    submission = make_submission(school)

    raised = run_at_once(
        5, lambda number: capture_lead(form=school.form, submission=submission, now=NOW)
    )

    taken = Membership.objects.filter(pk__in=[school.advisor.pk, other.pk])
    assert raised == []
    assert len(all_leads()) == 1
    assert sorted(taken.values_list("leads_that_day", flat=True)) == [0, 1]


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
def test_import_that_writes_to_the_institution_keeps_no_lead_waiting():
    school = make_school()

    with transaction.atomic():
        Institution.objects.filter(pk=school.form.institution_id).update(name="Renamed")
        raised = run_at_once(2, lambda number: capture(school))
        captured = len(all_leads())

    assert (raised, captured) == ([], 2)


@pytest.mark.postgres
@pytest.mark.usefixtures("erased_at_the_end")
@pytest.mark.parametrize("attempt", range(3))
def test_lead_goes_to_nobody_who_leaves_at_the_same_moment(attempt):
    school = make_school()
    team = [make_member(institution=school.form.institution) for _ in range(3)]
    leaving = team[1]
    make_rule(school, *team, name="Team")

    def leave_or_ask(number):
        if number == 3:
            hand_over(membership=leaving, to=None, by_rules=True, user=school.advisor.user, now=NOW)
        else:
            capture(school)

    raised = run_at_once(8, leave_or_ask)

    assert raised == []
    assert leaving not in {lead.assigned_to for lead in all_leads()}
