"""The public page as it would be: unsaved changes shown, nothing kept."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from hcprograms.catalog.models import Intake, Offering, Program
from hcprograms.catalog.version import current_version
from hcprograms.institutions.change_log import ChangeLogEntry
from tests.factories import (
    make_institution,
    make_intake,
    make_member,
    make_offering,
    make_program,
)
from tests.security.pages import read_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_institution(name="Our School")


@pytest.fixture
def staff(client, school):
    client.force_login(make_member(institution=school, role="editor").user)
    return client


def url(page, *args):
    return reverse(f"admin:hcprograms_{page}", args=args)


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def everything():
    """Whatever a saved form would leave behind."""
    tables = (Program, Offering, Intake, ChangeLogEntry, LogEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables], current_version()


def test_unsaved_changes_are_shown_and_nothing_is_kept(staff, school):
    program = make_program(institution=school, name="Old name")
    sent = read_page(staff.get(url("program_change", program.pk)))
    before = everything()

    page = staff.post(url("program_preview", program.pk), sent | {"name": "New name"})

    assert page.status_code == 200
    assert "New name (MHA)" in words(page)
    assert "A preview: nothing of it is saved." in words(page)
    assert everything() == before


def test_offering_is_shown_with_its_unsaved_price_and_start_date(staff, school):
    offering = make_offering(program=make_program(institution=school), status="draft")
    start = timezone.localdate() + timedelta(days=60)
    sent = read_page(staff.get(url("offering_change", offering.pk)))
    sent |= {"price": "777", "price_basis": "credit", "intakes-TOTAL_FORMS": "1"}
    before = everything()

    page = staff.post(
        url("offering_preview", offering.pk), sent | {"intakes-0-starts_on": str(start)}
    )

    said = words(page)
    assert "$777 per credit" in said
    assert str(start.year) in said.partition("Starts")[2][:60]
    assert "Offering: draft. The public does not see it." in said
    assert everything() == before


def test_program_that_is_not_there_yet_can_be_previewed(staff, school):
    sent = read_page(staff.get(url("program_add")))
    del sent["certifications"]
    sent |= {"institution": school.pk, "name": "Brand new", "slug": "brand-new", "level": "master"}

    page = staff.post(url("program_preview_new"), sent)

    assert "Brand new" in words(page)
    assert not Program.objects.exists()


def test_form_with_a_mistake_comes_back_and_saves_where_it_should(staff, school):
    program = make_program(institution=school)
    sent = read_page(staff.get(url("program_change", program.pk)))

    page = staff.post(url("program_preview", program.pk), sent | {"name": ""})

    assert list(page.context["adminform"].form.errors) == ["name"]
    assert f'action="{url("program_change", program.pk)}"' in page.content.decode()


def test_draft_as_it_is_kept_is_shown_to_those_who_may_look(client, school):
    program = make_program(institution=school, status="draft")
    client.force_login(make_member(institution=school, role="viewer").user)

    shown = client.get(url("program_preview", program.pk))
    sent = client.post(url("program_preview", program.pk), {"name": "x"})

    assert "Program: draft. The public does not see it." in words(shown)
    assert sent.status_code == 403
    assert Program.objects.get().status == "draft"


def test_preview_is_offered_with_every_form_of_a_program_and_its_offerings(staff, school):
    offering = make_offering(program=make_program(institution=school))
    make_intake(offering=offering, starts_on=timezone.localdate())

    pages = {
        page: staff.get(url(page, *args)).content.decode()
        for page, args in [
            ("program_change", [offering.program_id]),
            ("offering_change", [offering.pk]),
            ("program_add", []),
            ("intake_add", []),
        ]
    }

    offered = {page for page, text in pages.items() if "Preview the public page" in text}
    assert offered == {"program_change", "offering_change", "program_add"}
