"""What search engines read of a program: the same as people, and never more."""

import json
import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import (
    make_institution,
    make_intake,
    make_offering,
    make_program,
    make_record,
)

pytestmark = pytest.mark.django_db
ELEMENT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False):
        yield


def make_real_program(**fields):
    school = make_institution(name="Alpha", website="https://alpha.example/", is_fictional=False)
    values = {"name": "Master of Care", "award": "MC", "summary": "To lead."}
    return make_program(institution=school, **values | fields)


def read(client, program):
    url = reverse("hcprograms:program", args=[program.institution.slug, program.slug])
    found = ELEMENT.search(client.get(url).content.decode())
    return json.loads(found[1]) if found else None


def test_program_is_described_with_what_is_published(client):
    program = make_real_program()
    offering = make_offering(
        program=program, price_basis="total", price=30_000, fees_total=0, duration_months=24
    )
    make_intake(offering=offering, starts_on=date(2027, 1, 11))

    content = read(client, program)

    assert content.pop("url").endswith(f"/programs/{program.institution.slug}/{program.slug}/")
    assert content == {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalProgram",
        "name": "Master of Care (MC)",
        "description": "To lead.",
        "provider": {
            "@type": "CollegeOrUniversity",
            "name": "Alpha",
            "url": "https://alpha.example/",
        },
        "educationalCredentialAwarded": {
            "@type": "EducationalOccupationalCredential",
            "name": "MC",
            "credentialCategory": "master’s degree",
        },
        "educationalProgramMode": ["online"],
        "timeToComplete": "P24M",
        "startDate": "2027-01-11",
        "offers": [{"@type": "Offer", "name": "Online", "price": 30000, "priceCurrency": "USD"}],
    }


def test_price_without_its_fees_is_left_out(client):
    program = make_real_program()
    make_offering(program=program, price_basis="total", price=30_000)

    assert "offers" not in read(client, program)


def test_unknown_facts_are_left_out(client):
    program = make_real_program(summary="")
    make_offering(program=program, delivery="")

    content = read(client, program)

    assert set(content) == {
        "@context",
        "@type",
        "name",
        "url",
        "provider",
        "educationalCredentialAwarded",
    }


@pytest.mark.parametrize(
    ("online", "campus", "recognized"),
    [
        ("initial", "reaccredited", ["CAHME"]),
        ("initial", None, None),
        ("candidate", "candidate", None),
    ],
)
def test_accreditor_counts_only_where_it_accredits_every_way(client, online, campus, recognized):
    program = make_real_program()
    for delivery, action in (("online", online), ("campus", campus)):
        offering = make_offering(program=program, delivery=delivery)
        if action:
            make_record(offering=offering, action=action)

    credential = read(client, program)["educationalCredentialAwarded"]

    named = credential.get("recognizedBy")
    assert (named and [one["name"] for one in named]) == recognized


def test_markup_cannot_end_the_element(client):
    program = make_real_program(summary="</script><script>alert(1)</script>&")

    assert read(client, program)["description"] == "</script><script>alert(1)</script>&"


def test_made_up_school_is_not_told_to_search_engines(client):
    program = make_program(institution=make_institution(is_fictional=True))

    assert read(client, program) is None
