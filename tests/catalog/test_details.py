"""What a program's page says besides prices, and what the database asks for."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hcprograms.catalog.details import describe_details
from hcprograms.catalog.models.programs import Intake, Program
from tests.factories import TODAY, make_offering, make_program

pytestmark = pytest.mark.django_db


def lines_of(program: Program) -> dict[str, list[str]]:
    return {point.label: list(point.lines) for point in describe_details(program=program).points}


def test_each_line_of_a_text_is_a_point_and_blanks_are_none():
    program = Program(
        aid_services="Scholarships\n\n  Work study \n", student_faculty_ratio=Decimal(15)
    )

    said = lines_of(program)

    assert said["Help with paying"] == ["Scholarships", "Work study"]
    assert said["Students per teacher"] == ["15 to 1"]
    assert said["Prerequisites"] == []


def test_program_of_which_nothing_is_known_says_what_to_ask_about():
    details = describe_details(program=Program())

    assert not details.is_known
    assert details.labels == (
        "Prerequisites, transfer of credits, support for students, help with paying,"
        " for the military, students per teacher"
    )


@pytest.mark.parametrize(
    "fields", [{"prerequisites": "A bachelor’s degree"}, {"student_faculty_ratio": 12}]
)
def test_undated_facts_are_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_program(**fields)

    assert make_program(**fields, details_as_of=TODAY).pk


def test_page_shows_the_facts_with_their_date_and_source(client):
    program = make_program(
        prerequisites="A bachelor’s degree",
        transfer_rules="From accredited schools",
        student_faculty_ratio=15,
        support_services="Tutoring",
        aid_services="Scholarships",
        military_benefits="GI Bill",
        details_url="https://school.example/mha",
        details_as_of=date(2026, 9, 1),
    )

    html = client.get(f"/programs/{program.institution.slug}/{program.slug}/").content.decode()

    shown = ["A bachelor’s degree", "From accredited schools", "15 to 1", "Tutoring"]
    for text in [*shown, "Scholarships", "GI Bill", "as of Sept. 1, 2026"]:
        assert text in html
    assert 'href="https://school.example/mha"' in html


@pytest.mark.parametrize("year", [1014, 8014])
def test_year_that_is_a_slip_of_the_pen_is_refused(year):
    intake = Intake(offering=make_offering(), starts_on=date(year, 1, 1))

    with pytest.raises(ValidationError, match=f"The year {year} is outside 1800–2100"):
        intake.full_clean()
