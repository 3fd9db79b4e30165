"""Institution-wide tuition: labelled as such, with source and period, never a program's price."""

import html
import re

import pytest
from django.urls import reverse

from hcprograms.catalog.published_tuition import TuitionLine, list_tuition
from tests.factories import make_institution, make_offering, make_program


def fact(**changes):
    plain = {
        "amount": "8832",
        "level": "undergraduate",
        "residency": "resident",
        "per": "year",
        "what": "tuition and fees",
        "source": "College Scorecard",
        "period": "2023-24",
    }
    return plain | changes


def test_figure_names_for_whom_for_what_and_from_where():
    assert list_tuition(facts=[fact()], level="bachelor") == [
        TuitionLine(
            "Tuition and fees for a year, residents of the state",
            "$8,832",
            "College Scorecard, 2023-24",
        )
    ]


def test_missing_period_is_said():
    (line,) = list_tuition(facts=[fact(period="")], level="bachelor")

    assert line.source == "College Scorecard, school year not stated"


@pytest.mark.parametrize(
    ("level", "amounts"),
    [
        ("certificate", ["$1"]),
        ("associate", ["$1"]),
        ("bachelor", ["$1"]),
        ("postbaccalaureate", ["$2.50"]),
        ("master", ["$2.50"]),
        ("graduate_certificate", ["$2.50"]),
        ("doctorate", ["$2.50"]),
    ],
)
def test_figures_of_the_other_level_are_left_out(level, amounts):
    facts = [fact(amount="1"), fact(amount="2.5", level="graduate", per="credit", what="tuition")]

    assert [line.amount for line in list_tuition(facts=facts, level=level)] == amounts


@pytest.mark.parametrize(
    "changes", [{"amount": "0"}, {"amount": "free"}, {"amount": None}, {"what": "x"}, {"per": "x"}]
)
def test_senseless_figure_is_left_out(changes):
    assert list_tuition(facts=[fact(**changes)], level="bachelor") == []


@pytest.mark.django_db
def test_program_page_keeps_the_schools_figures_apart_from_its_price(client):
    school = make_institution(published_tuition=[fact()])
    program = make_program(institution=school, level="bachelor")
    make_offering(program=program, price=None, price_basis="", fees_total=None)

    page = client.get(reverse("hcprograms:program", args=[school.slug, program.slug]))

    words = " ".join(html.unescape(re.sub("<[^>]+>", " ", page.content.decode())).split())
    assert "not the price of this program" in words
    assert "residents of the state $8,832 College Scorecard, 2023-24" in words


@pytest.mark.django_db
def test_program_page_is_silent_where_nothing_is_published(client):
    program = make_program()

    page = client.get(reverse("hcprograms:program", args=[program.institution.slug, program.slug]))

    assert "hcp-tuition" not in page.content.decode()
