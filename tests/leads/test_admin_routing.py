"""Routing rules as managers write and try them."""

import pytest
from django.urls import reverse

from hcprograms.leads.models.routing import RoutingRule
from tests.factories import (
    make_institution,
    make_member,
    make_offering,
    make_program,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/hcprograms/routingrule/add/"


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def advisor(school):
    return make_member(institution=school)


@pytest.fixture
def manager(client, school):
    user = make_member(institution=school, role="manager", receives_leads=False).user
    client.force_login(user)
    return client


def add(client, school, **fields):
    values = {"institution": school.pk, "name": "Texas", "position": 10, "is_active": "on"}
    return client.post(ADD, values | {"how": "in_turn"} | fields)


def errors(response) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors


def test_rule_is_kept_as_typed(manager, school, advisor):
    response = add(
        manager,
        school,
        states="tx, nm TX",
        languages="ES",
        levels=["master"],
        advisors=[advisor.pk],
    )

    rule = RoutingRule.objects.get()
    assert response.status_code == 302
    assert (rule.states, rule.languages, rule.levels) == (["TX", "NM"], ["es"], ["master"])
    assert list(rule.advisors.all()) == [advisor]


def test_unknown_state_is_named(manager, school):
    assert errors(add(manager, school, states="TX, XX")) == {"states": ["Unknown: XX"]}


def test_rule_behind_one_that_takes_everything_is_refused(manager, school):
    add(manager, school, name="All")

    refused = errors(add(manager, school, states="TX", position=20))

    assert refused == {
        "position": ["Never reached: “All” comes first and takes all of these leads."]
    }


def test_level_that_no_chosen_program_has_is_refused(manager, school):
    program = make_program(institution=school, level="master")

    refused = errors(add(manager, school, programs=[program.pk], levels=["bachelor"]))

    assert refused == {"levels": ["None of the chosen programs has one of these levels."]}


def test_member_who_cannot_answer_is_refused(manager, school):
    viewer = make_member(institution=school, role="viewer", receives_leads=False)

    refused = errors(add(manager, school, advisors=[viewer.pk]))

    assert refused == {"advisors": [f"Cannot answer leads: {viewer}."]}


def test_advisor_of_another_school_is_refused(manager, school):
    stranger = make_member(institution=make_institution())

    assert "advisors" in errors(add(manager, school, advisors=[stranger.pk]))


def test_simulation_tells_who_and_why_and_uses_up_no_turn(manager, school, advisor):
    rule = RoutingRule.objects.create(institution=school, name="Texas", states=["TX"])
    rule.advisors.set([advisor])
    offering = make_offering(program=make_program(institution=school))
    asked = {"kind": "information", "state": "TX", "programs": [offering.program_id]}

    page = manager.get(reverse("admin:hcprograms_routingrule_simulate"), asked)
    other = manager.get(reverse("admin:hcprograms_routingrule_simulate"), asked | {"state": "CO"})

    advisor.refresh_from_db()
    told, otherwise = page.context["simulation"], other.context["simulation"]
    assert (told.member, told.reason) == (advisor, "rule “Texas”: next in turn")
    assert [one.text for one in told.rules] == ["fits, and decides"]
    assert [one.text for one in otherwise.rules] == ["another state"]
    assert otherwise.reason == "next in turn"
    assert advisor.lead_turn == 0
