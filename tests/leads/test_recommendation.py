"""The recommendation that led to a request, and what must never cost a lead."""

import pytest

from hcprograms.leads.recommendation import (
    MAX_KEPT,
    freeze_recommendation,
    read_answers,
    suggest_offerings,
)
from hcprograms.matching import engine
from tests.factories import TODAY, make_offering, make_program, make_role, make_role_mapping

pytestmark = pytest.mark.django_db
ONLINE = {"delivery": ["online"]}


class FailingCriterion:
    key, label, weight = "failing", "Failing", 0.5

    def score(self, *args, **kwargs):
        raise RuntimeError("a host's mistake")

    explain = score


def freeze(offering, answers=ONLINE, chosen=None):
    return freeze_recommendation(
        institution=offering.program.institution,
        answers=answers,
        offerings=[offering] if chosen is None else chosen,
        today=TODAY,
    )


def test_answers_of_an_address_are_read_and_the_rest_left_out():
    make_role(slug="hospital-administrator")
    query = {
        "education": ["bachelor"],
        "delivery": ["online", "hybrid"],
        "roles": ["hospital-administrator"],
        "budget_total": ["40000"],
        "offering": ["x"],
        "utm_source": ["y"],
        "institution": ["elsewhere"],
    }

    assert read_answers(query=query) == {
        "education": "bachelor",
        "delivery": ["online", "hybrid"],
        "roles": ["hospital-administrator"],
        "budget_total": 40000,
    }


def test_answers_that_are_no_longer_understood_are_left_out():
    query = {"education": ["bachelor"], "roles": ["retired-role"], "interest_gone": ["2"]}

    assert read_answers(query=query) == {"education": "bachelor"}


def test_no_answers_give_no_recommendation():
    offering = make_offering()

    assert freeze(offering, answers={}) == {}
    assert (
        suggest_offerings(institution=offering.program.institution, answers={}, today=TODAY) == []
    )


def test_recommendation_keeps_the_reasons_in_the_order_of_the_scores():
    best = make_offering()
    role = make_role(slug="director")
    make_role_mapping(program=best.program, role=role)
    chosen = make_offering(program=make_program(institution=best.program.institution))

    kept = freeze(chosen, answers={"roles": ["director"]})

    assert kept["day"] == TODAY.isoformat()
    assert [one["offering"] for one in kept["matches"]] == [
        str(best.public_id),
        str(chosen.public_id),
    ]
    assert all(one["text"] for match in kept["matches"] for one in match["reasons"])


def test_recommendation_has_nothing_of_other_institutions():
    ours, theirs = make_offering(), make_offering()

    kept = freeze(ours)

    assert [one["offering"] for one in kept["matches"]] == [str(ours.public_id)]
    assert str(theirs.public_id) not in str(kept)


def test_recommendation_says_why_a_chosen_program_just_missed():
    campus = make_offering(delivery="campus")
    make_offering(program=campus.program, delivery="online")

    kept = freeze(campus)

    (miss,) = kept["near_misses"]
    assert (miss["offering"], miss["failed"]) == (str(campus.public_id), "delivery")


def test_recommendation_is_bounded():
    program = make_program()
    for _ in range(MAX_KEPT + 3):
        make_offering(program=make_program(institution=program.institution))
    chosen = make_offering(program=program)

    assert len(freeze(chosen)["matches"]) == MAX_KEPT + 1


def test_suggestions_are_the_institutions_matches_only():
    online = make_offering()
    make_offering(program=online.program, delivery="campus")
    make_offering()

    found = suggest_offerings(institution=online.program.institution, answers=ONLINE, today=TODAY)

    assert found == [online.public_id]


def test_failing_criterion_of_the_host_costs_no_lead(settings, caplog):
    settings.HCPROGRAMS = {"CRITERIA": [f"{__name__}.FailingCriterion"]}

    assert freeze(make_offering()) == {}
    assert "could not be computed" in caplog.text


def test_catalog_that_cannot_be_read_costs_no_form(monkeypatch, caplog):
    def fail():
        raise KeyError

    monkeypatch.setattr(engine, "vocabulary", fail)

    assert read_answers(query={"education": ["bachelor"]}) == {}
    assert "could not be read: KeyError" in caplog.text
