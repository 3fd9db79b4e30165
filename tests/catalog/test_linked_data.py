"""A program's page as linked data: a parser of JSON-LD understands it."""

import json
import re

import pytest
from django.urls import reverse
from pyld import jsonld

from tests.factories import make_institution, make_intake, make_offering, make_program

pytestmark = pytest.mark.django_db

SCHEMA = "https://schema.org/"


@pytest.fixture
def program():
    school = make_institution(
        name="Fairview </script> School", website="https://school.example/", is_fictional=False
    )
    program = make_program(institution=school, name="Health “Admin” & <more>", award="MHA")
    offering = make_offering(program=program, duration_months=24)
    make_intake(offering=offering, starts_on="2199-09-01")
    return program


@pytest.fixture
def content(client, program):
    """The JSON of the page's only script of that kind."""
    page = client.get(reverse("hcprograms:program", args=[program.institution.slug, program.slug]))
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.DOTALL
    )
    return json.loads(text)


def load_vocabulary(url, options):
    """The context of schema.org, as far as it matters here: every word is one of its own."""
    assert url.rstrip("/") == SCHEMA.rstrip("/")
    context = {"@context": {"@vocab": SCHEMA}}
    return {"contextUrl": None, "documentUrl": url, "document": context}


def expand(content):
    return jsonld.expand(content, {"documentLoader": load_vocabulary})


def test_parser_finds_one_program_with_its_facts(content, program):
    (found,) = expand(content)

    assert found["@type"] == [f"{SCHEMA}EducationalOccupationalProgram"]
    assert found[f"{SCHEMA}name"] == [{"@value": program.full_name}]
    assert found[f"{SCHEMA}timeToComplete"] == [{"@value": "P24M"}]
    assert found[f"{SCHEMA}startDate"] == [{"@value": "2199-09-01"}]


def test_parser_makes_triples_of_it_and_drops_nothing(content):
    quads = jsonld.to_rdf(content, {"documentLoader": load_vocabulary})["@default"]

    predicates = {quad["predicate"]["value"].removeprefix(SCHEMA) for quad in quads}
    assert {"name", "provider", "url", "educationalCredentialAwarded"} <= predicates


def test_text_of_a_school_cannot_end_the_script(content):
    assert content["provider"]["name"] == "Fairview </script> School"
