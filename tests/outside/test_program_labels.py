"""Two programs never look the same to staff."""

import csv
import io

import pytest
from django.urls import reverse

from hcprograms.institutions.models import Role
from hcprograms.leads.models import LeadChoice
from tests.factories import (
    make_accreditor,
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)
from tests.outside.page import Page

pytestmark = pytest.mark.django_db

NAME = "Master of Science in Healthcare Management"
SAME = {"name": NAME, "award": "MS", "level": "master"}
PAIRS = {
    "concentration": [
        SAME | {"concentration": "Finance"},
        SAME | {"concentration": "Long-Term Care"},
    ],
    "one without": [SAME, SAME | {"concentration": "Finance"}],
    "level": [
        {"name": "Healthcare Management", "award": "", "level": "bachelor"},
        {"name": "Healthcare Management", "award": "", "level": "graduate_certificate"},
    ],
    "level against the name": [SAME, SAME | {"level": "doctorate"}],
    "certificates": [
        {"name": "Certificate in Health IT", "award": "Certificate", "level": "certificate"},
        {
            "name": "Certificate in Health IT",
            "award": "Certificate",
            "level": "graduate_certificate",
        },
    ],
}


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def staff(school, client):
    client.force_login(make_member(institution=school, role=Role.OWNER).user)
    return client


@pytest.fixture(params=PAIRS)
def programs(request, school):
    return [make_program(institution=school, **fields) for fields in PAIRS[request.param]]


@pytest.fixture
def offerings(programs):
    return [make_offering(program=one, delivery="online") for one in programs]


def list_column(client, model, column):
    page = Page.open(client, f"/admin/hcprograms/{model}/")
    return [one.get_text(" ") for one in page.soup.select(f"#result_list .field-{column}")]


def complete(client, model, field):
    address = reverse("admin:autocomplete")
    query = {"app_label": "hcprograms", "model_name": model, "field_name": field, "term": ""}
    return [one["text"] for one in client.get(address, query).json()["results"]]


def test_lists_tell_them_apart(staff, programs, offerings):
    role = make_role()
    accreditor = make_accreditor(levels=[one.level for one in programs])
    for program, offering in zip(programs, offerings, strict=True):
        make_role_mapping(program=program, role=role)
        make_record(offering=offering, accreditor=accreditor)

    assert len(set(list_column(staff, "program", "label"))) == 2
    assert len(set(list_column(staff, "offering", "program"))) == 2
    assert len(set(list_column(staff, "rolemapping", "program"))) == 2
    page = Page.open(staff, "/admin/hcprograms/accreditationrecord/")
    rows = [one.get_text(" ") for one in page.soup.select("#result_list tbody tr")]
    assert len(set(rows)) == 2


def test_pickers_tell_them_apart(staff, offerings):
    assert len(set(complete(staff, "offering", "program"))) == 2
    assert len(set(complete(staff, "accreditationrecord", "offering"))) == 2
    assert len(set(complete(staff, "rolemapping", "program"))) == 2


def test_filters_and_reports_of_leads_tell_them_apart(staff, school, offerings):
    form = make_interest_form(institution=school)
    for offering in offerings:
        LeadChoice._base_manager.create(
            lead=make_lead(form=form), offering=offering, title="as shown"
        )

    page = Page.open(staff, "/admin/hcprograms/lead/")
    links = page.soup.select("#changelist-filter a[href*='program=']")
    report = Page.open(
        staff, "/admin/hcprograms/lead/report/", {"by": "program", "from": "2026-11-01"}
    )
    names = {one.get_text() for one in report.soup.select("a[href*='only=']")}

    assert len({one.get_text() for one in links}) == 2
    assert len(names) == 2


def test_form_that_asks_tells_them_apart(client, school, offerings):
    make_interest_form(institution=school)
    page = Page.open(client, reverse("hcprograms:ask", args=[school.slug]))

    labels = [
        one.get_text(" ").strip()
        for one in page.soup.select("label")
        if any(word in one.get_text() for word in ("Healthcare Management", "Health IT"))
    ]

    assert len(labels) == len(set(labels)) == 2


def test_history_names_the_one_that_was_changed(staff, programs):
    program = programs[-1]

    page = Page.open(staff, reverse("admin:hcprograms_program_history", args=[program.pk]))
    other = Page.open(staff, reverse("admin:hcprograms_program_history", args=[programs[0].pk]))

    assert page.soup.title.get_text() != other.soup.title.get_text()


def test_export_of_offerings_tells_them_apart(staff, offerings):
    answer = staff.post("/admin/hcprograms/offering/export/", {"format": "csv"})

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len({tuple(row.get(key, "") for key in ("Program",)) for row in rows}) == 2
