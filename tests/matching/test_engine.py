"""Matching over the database: the door that views, commands and leads use."""

import json
import threading
import time
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from hcprograms.catalog.models.reference import InterestStatement, Track
from hcprograms.matching import engine
from hcprograms.matching.answer_formats import parse_answers
from hcprograms.matching.answers import Answers
from hcprograms.matching.criteria.base import Criterion
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


def role_fits(role):
    ranking = engine.match(Answers(roles=(role.slug,)), today=TODAY)
    return {
        match["program"]: reason["score"]
        for match in (each.as_dict() for each in ranking.matches)
        for reason in match["reasons"]
        if reason["criterion"] == "role_fit"
    }


def test_subject_that_the_crosswalk_leads_elsewhere_is_known_not_to_lead_there():
    role = make_role(slug="chief")
    near = make_program(name="Near", award="", cip_code="51.0701")
    far = make_program(name="Far", award="", cip_code="51.2703")
    without_subject = make_program(name="Without a subject", award="")
    for program in (near, far, without_subject):
        make_offering(program=program)

    before = role_fits(role)
    make_role_mapping(program=near, role=role, strength="0.20", basis="crosswalk")
    engine.forget()
    after = role_fits(role)

    assert before == {"Near": None, "Far": None, "Without a subject": None}
    assert after == {"Near": pytest.approx(0.14), "Far": 0, "Without a subject": None}


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

    assert ranking.as_dict() == {
        "matches": [],
        "near_misses": [],
        "considered": 0,
        "passed": 0,
        "may_fit": [],
        "may_fit_count": 0,
        "excluded": 0,
        "programs": {"considered": 0, "fit": 0, "may_fit": 0},
    }


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
    make_offering(price_basis="total", price=15_000, fees_total=0)
    file = tmp_path / "answers.json"
    file.write_text('{"budget_total": 20000}')
    out = StringIO()

    call_command("match", str(file), "--format", "json", stdout=out)

    found = json.loads(out.getvalue())
    assert list(found)[:4] == ["matches", "near_misses", "considered", "passed"]
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


def test_explain_match_prints_the_inputs_of_every_criterion(tmp_path):
    program = make_program(institution=make_institution(), name="Master", award="")
    offering = make_offering(
        program=program, duration_months=20, price_basis="total", price=15_000, delivery="campus"
    )
    make_role_mapping(program=program, role=make_role(slug="chief"), strength="0.90")
    make_intake(offering=offering, starts_on=TODAY.replace(year=TODAY.year + 1))
    InterestStatement.objects.create(slug="strategy", text="…", track=Track.MANAGEMENT)
    answers = {
        "education": "bachelor",
        "interests": {"strategy": 2},
        "roles": ["chief"],
        "state": "TX",
        "budget_total": 20_000,
        "max_months": 24,
        "cahme": "preferred",
    }
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(answers))
    out = StringIO()

    call_command("explain_match", str(file), str(offering.public_id), stdout=out)

    said = out.getvalue()
    for line in (
        "- wanted: chief",
        "- leads to: chief 0.9 × 1 declared",
        "- lean: 0.5",
        "- education: bachelor",
        "- budget: 20000",
        "- total: 15000",
        "- wanted at most: 24",
        "- months: 20",
        f"- open starts: {TODAY.replace(year=TODAY.year + 1)}",
        "- asked: preferred",
        "- prepares for: –",
        "- delivery: campus",
        "- lives in: TX, –",
        "- not published: ",
    ):
        assert f"    {line}" in said


def test_a_slow_rebuilding_happens_aside_while_the_old_one_is_served(monkeypatch):
    built = []
    release = threading.Event()

    def load(version):
        if built:
            assert release.wait(10)
        built.append(version)
        return f"catalog {version}"

    versions = iter([1, 2, 2, 2, 2])
    monkeypatch.setattr(engine, "current_version", lambda: next(versions))
    monkeypatch.setattr(engine, "QUICK_SECONDS", -1.0)
    cache = engine.SnapshotCache(load)

    first, second = cache.current(), cache.current()
    release.set()
    with cache.loading:
        third = cache.snapshot

    assert (first, second, third) == ("catalog 1", "catalog 1", "catalog 2")


def test_a_failed_rebuilding_keeps_the_old_one_and_is_tried_again(monkeypatch, caplog):
    def load(version):
        if version == 2:
            raise ValueError(version)
        return version

    versions = iter([1, 2, 3])
    monkeypatch.setattr(engine, "current_version", lambda: next(versions))
    cache = engine.SnapshotCache(load)

    assert [cache.current() for _ in range(3)] == [1, 1, 3]
    assert "snapshot could not be refreshed: ValueError in load" in caplog.text


def test_a_rebuilding_aside_asks_for_the_version_itself(monkeypatch):
    """The request may be in a transaction of which the thread's connection sees nothing."""
    main = threading.current_thread()
    monkeypatch.setattr(
        engine, "current_version", lambda: 2 if threading.current_thread() is main else 1
    )
    monkeypatch.setattr(engine, "QUICK_SECONDS", -1)
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0)
    cache = engine.SnapshotCache(lambda version: version)
    cache.snapshot, cache.version = 1, 1

    cache.current()
    with cache.loading:
        pass

    assert (cache.snapshot, cache.version) == (1, 1)


def test_forms_need_no_snapshot(monkeypatch):
    make_institution(slug="alpha")
    make_role(slug="chief")

    def fail(**kwargs):
        raise KeyError

    monkeypatch.setattr(engine.snapshots, "load", fail)
    engine.forget()
    alone = engine.vocabulary()
    monkeypatch.undo()

    assert alone == engine.snapshots.current().vocabulary


def test_many_first_visitors_build_once(monkeypatch):
    built = []

    def load(version):
        built.append(version)
        time.sleep(0.05)
        return version

    monkeypatch.setattr(engine, "current_version", lambda: 1)
    cache = engine.SnapshotCache(load)
    visitors = [threading.Thread(target=cache.current) for _ in range(5)]

    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert built == [1]


class NameLength(Criterion):
    """A criterion of a host: its own key, label, weight and score."""

    key = "name_length"
    label = "Length"
    weight = 0.5

    def score(self, profile, snapshot, rows):
        return snapshot.months[rows] / 100


def test_a_criterion_named_in_the_settings_takes_part(settings):
    path = f"{__name__}.NameLength"
    settings.HCPROGRAMS = {**settings.HCPROGRAMS, "CRITERIA": [path]}
    make_offering(duration_months=40)

    match = engine.match(Answers(max_months=40), today=TODAY).matches[0]

    own = next(each for each in match.reasons if each.criterion.key == "name_length")
    assert (own.score, own.text, own.label) == (0.4, "Fits to 40 %.", "Length")
    assert own.weight > 0.5


def test_weights_in_the_settings_replace_the_defaults(settings):
    settings.HCPROGRAMS = {**settings.HCPROGRAMS, "CRITERIA_WEIGHTS": {"facts": 0.0}}
    make_offering(duration_months=40)

    match = engine.match(Answers(max_months=40), today=TODAY).matches[0]

    weights = {each.criterion.key: each.weight for each in match.reasons}
    assert weights == {key: 1.0 if key == "time" else 0.0 for key in weights}


def test_texts_are_said_in_the_active_language(monkeypatch):
    offering = make_offering()
    make_intake(offering=offering, starts_on=date(2027, 1, 11))
    match = engine.match(Answers(), today=TODAY).matches[0]
    start = next(each for each in match.reasons if each.criterion.key == "start")

    with override("de"):
        said = start.text

    assert said == "Next start: 11. Januar 2027."


def test_match_reads_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("{}"))
    out = StringIO()

    call_command("match", "-", stdout=out)

    assert out.getvalue() == "0 of 0 published offerings fit.\n"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b'"' + b"x" * 30_000 + b'"'])
def test_match_command_refuses_what_is_no_answers_file(tmp_path, content):
    file = tmp_path / "answers.json"
    file.write_bytes(content)

    with pytest.raises(CommandError):
        call_command("match", str(file))


def test_match_command_names_a_missing_file_and_a_wrong_limit(tmp_path):
    with pytest.raises(CommandError, match="nowhere.json: cannot be read"):
        call_command("match", str(tmp_path / "nowhere.json"))
    with pytest.raises(CommandError, match="--limit: a number from 1 to 1000"):
        call_command("match", "-", limit=0)


def test_text_output_shows_matches_claims_and_near_misses(tmp_path):
    school = make_institution(name="Alpha")
    program = make_program(institution=school, name="Master", award="")
    make_record(offering=make_offering(program=program, duration_months=20))
    make_offering(program=program, delivery="campus", duration_months=30)
    file = tmp_path / "answers.json"
    file.write_text('{"max_months": 24}')
    out = StringIO()

    call_command("match", str(file), stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0] == "1 of 2 published offerings fit."
    assert lines[2].startswith("1. ")
    assert "   * Accredited by CAHME https://accreditor.example/record" in lines
    assert lines[-1] == "  Takes 30 months; you wanted 24 at most. → max_months: 30"


@pytest.mark.parametrize("hidden", ["offering", "program", "institution", "unknown"])
def test_explain_match_names_what_hides_an_offering(tmp_path, hidden):
    offering = make_offering(status="draft" if hidden == "offering" else "published")
    if hidden == "program":
        offering.program.status = "retired"
        offering.program.save()
    if hidden == "institution":
        offering.program.institution.is_published = False
        offering.program.institution.save()
    file = tmp_path / "answers.json"
    file.write_text("{}")
    public_id = "x" if hidden == "unknown" else str(offering.public_id)

    with pytest.raises(CommandError) as refused:
        call_command("explain_match", str(file), public_id)

    assert (
        str(refused.value)
        == {
            "offering": "OFFERING: not published: the offering is draft.",
            "program": "OFFERING: not published: its program is retired.",
            "institution": "OFFERING: not published: its institution is not.",
            "unknown": "OFFERING: there is no offering with the public id x.",
        }[hidden]
    )
