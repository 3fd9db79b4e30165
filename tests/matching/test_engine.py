"""Matching over the database: the door that views, commands and leads use."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hcprograms.catalog.models.reference import InterestStatement, Track
from hcprograms.matching import engine
from hcprograms.matching.answers import Answers, parse_answers
from tests.factories import (
    TODAY,
    make_campus,
    make_institution,
    make_intake,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0.0)
    engine.forget()


def test_match_finds_a_published_offering_with_all_its_facts():
    school = make_institution(slug="alpha", name="Alpha")
    program = make_program(institution=school, name="Master of Health", slug="moh")
    offering = make_offering(
        program=program,
        campus=make_campus(institution=school),
        duration_months=24,
        price_basis="credit",
        price="500.00",
        credits=40,
        fees_total="100.50",
    )
    make_intake(offering=offering, starts_on=date(2027, 1, 11))
    make_record(offering=offering)
    role = make_role(slug="chief", title="Chief")
    make_role_mapping(program=program, role=role, strength="0.90")

    ranking = engine.match(Answers(roles=("chief",), cahme="preferred"), today=TODAY)

    found = ranking.matches[0].as_dict()
    assert found["program"] == "Master of Health (MHA)"
    assert (found["institution"], found["offering"]) == ("alpha", str(offering.public_id))
    assert found["cost"]["total"] == 20_101
    assert (found["months"], found["next_start"]) == (24, "2027-01-11")
    assert [claim["text"] for claim in found["claims"]] == ["Accredited by CAHME"]
    assert {each["criterion"]: each["score"] for each in found["reasons"]}["role_fit"] == 0.9


@pytest.mark.parametrize("hidden", ["offering", "program", "institution"])
def test_match_never_shows_what_is_not_published(hidden):
    offering = make_offering()
    if hidden == "offering":
        offering.status = "draft"
        offering.save()
    elif hidden == "program":
        offering.program.status = "retired"
        offering.program.save()
    else:
        offering.program.institution.is_published = False
        offering.program.institution.save()

    assert engine.match(Answers(), today=TODAY).considered == 0


def test_match_notices_a_change_without_a_restart():
    make_offering()
    before = engine.match(Answers(), today=TODAY).considered

    make_offering()

    assert (before, engine.match(Answers(), today=TODAY).considered) == (1, 2)


def test_match_asks_for_the_version_once_a_second(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(engine, "CHECK_SECONDS", 60.0)
    make_offering()
    engine.match(Answers(), today=TODAY)

    with django_assert_num_queries(0):
        engine.match(Answers(), today=TODAY)


def test_building_takes_the_same_queries_at_one_and_three_offerings(
    django_assert_num_queries,
):
    for number in (1, 2):
        for _ in range(number):
            offering = make_offering()
            make_intake(offering=offering, starts_on=TODAY)
            make_record(offering=offering)
        engine.forget()
        with django_assert_num_queries(13):
            engine.match(Answers(), today=TODAY)


def test_an_empty_catalog_gives_no_matches():
    ranking = engine.match(Answers(education="bachelor", budget_total=0), today=TODAY)

    assert ranking.as_dict() == {"matches": [], "near_misses": [], "considered": 0, "passed": 0}


def test_vocabulary_knows_the_catalogs_words():
    make_institution(slug="alpha")
    make_role(slug="chief")
    InterestStatement.objects.create(slug="strategy", text="…", track=Track.MANAGEMENT)

    answers = parse_answers(
        {"roles": ["chief"], "interests": {"strategy": 2}, "institution": "alpha", "state": "TX"},
        vocabulary=engine.vocabulary(),
    )

    assert answers.interests == (("strategy", 2),)


def test_match_command_prints_the_contract(tmp_path):
    make_offering()
    file = tmp_path / "answers.json"
    file.write_text('{"budget_total": 20000}')
    out = StringIO()

    call_command("match", str(file), "--format", "json", stdout=out)

    found = json.loads(out.getvalue())
    assert list(found) == ["matches", "near_misses", "considered", "passed"]
    assert len(found["matches"]) == 1


def test_match_command_refuses_bad_answers_naming_each_key(tmp_path):
    file = tmp_path / "answers.json"
    file.write_text('{"education": "phd", "budget_total": -1}')
    out = StringIO()

    with pytest.raises(CommandError) as refused:
        call_command("match", str(file), stdout=out)

    lines = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["education", "budget_total"]
    assert out.getvalue() == ""


def test_explain_match_tells_every_constraint_and_criterion(tmp_path):
    offering = make_offering(duration_months=30)
    file = tmp_path / "answers.json"
    file.write_text('{"max_months": 24}')
    out = StringIO()

    call_command("explain_match", str(file), str(offering.public_id), stdout=out)

    said = out.getvalue()
    assert "max_months: FAILS. Takes 30 months; you wanted 24 at most." in said
    assert "Not among the 0 that pass." in said
    assert "time: 0.400 ×" in said


def test_explain_match_says_why_an_offering_is_not_in_the_catalog(tmp_path):
    offering = make_offering(status="draft")
    file = tmp_path / "answers.json"
    file.write_text("{}")

    with pytest.raises(CommandError, match="the offering is draft"):
        call_command("explain_match", str(file), str(offering.public_id))
