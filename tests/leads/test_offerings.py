import uuid

import pytest

from hcprograms.leads.offerings import (
    MAX_ASKED,
    find_offerings,
    list_choices,
    name_offering,
    read_public_ids,
)
from tests.factories import make_campus, make_institution, make_offering, make_program

pytestmark = pytest.mark.django_db


def test_public_ids_are_read_once_each_and_bounded():
    ids = [uuid.uuid4() for _ in range(MAX_ASKED + 5)]

    found = read_public_ids(["nonsense", *map(str, ids), str(ids[0]).upper(), "\0"])

    assert found == ids[:MAX_ASKED]


def test_choices_begin_with_what_was_asked_then_suggested():
    program = make_program()
    plain, suggested, asked = (
        make_offering(program=program, delivery=one) for one in ("campus", "hybrid", "online")
    )

    found = list_choices(
        institution=program.institution,
        asked=[asked.public_id],
        suggested=[suggested.public_id, asked.public_id],
    )

    assert found == [asked, suggested, plain]


def test_choices_are_few_and_all_that_was_asked():
    school = make_institution()
    offerings = [make_offering(program=make_program(institution=school)) for _ in range(5)]
    asked = [one.public_id for one in offerings[:3]]

    found = list_choices(institution=school, asked=asked, limit=2)

    assert found == offerings[:3]


@pytest.mark.parametrize("hidden", ["draft", "retired"])
def test_choices_are_published_and_of_this_institution(hidden):
    program = make_program()
    make_offering(program=program, delivery="hybrid", status=hidden)
    stranger = make_offering()
    shown = make_offering(program=program)

    found = list_choices(institution=program.institution, asked=[stranger.public_id])

    assert found == [shown]


def test_offerings_of_another_institution_are_not_found():
    ours, theirs = make_offering(), make_offering()

    found = find_offerings(
        institution=ours.program.institution, public_ids=[theirs.public_id, ours.public_id]
    )

    assert found == [ours]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "Healthcare Management (MS) · online"),
        ({"concentration": "Informatics"}, "Healthcare Management (MS), Informatics · online"),
        ({"concentration": "management"}, "Healthcare Management (MS) · online"),
    ],
)
def test_offering_is_named_so_that_no_two_read_alike(fields, name):
    program = make_program(name="Healthcare Management", award="MS", **fields)

    assert name_offering(make_offering(program=program)) == name


def test_offering_is_named_with_its_campus():
    program = make_program(name="Healthcare Management", award="MS")
    campus = make_campus(institution=program.institution, name="Valley")

    named = [
        name_offering(make_offering(program=program, delivery=one, campus=campus))
        for one in ("campus", "")
    ]

    assert named == [
        "Healthcare Management (MS) · on campus, Valley",
        "Healthcare Management (MS) · Valley",
    ]
