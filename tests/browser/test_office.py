"""An admissions office at work: from an empty form to a person forgotten, as people would do it."""

import csv
import io
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.site import SCHOOL, query

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STAFF = """
from django.contrib.auth import get_user_model
from hcprograms.institutions.models import Institution, Membership
user = get_user_model().objects.create(
    username="office", is_staff=True, first_name="Olga", last_name="Office", email="olga@x.example"
)
user.set_password("a-long-password")
user.save()
school = Institution.objects.get(slug="example-valley-university")
Membership.objects.create(institution=school, user=user, role="manager")
"""
PHONE = "+1 614 555 0123"


@pytest.fixture
def office(visitor, site) -> Page:
    """A manager who is signed in."""
    site.manage("shell", "-v0", "-c", STAFF)
    page = visitor().visit("/admin/login/")
    page.fill("#id_username", "office")
    page.fill("#id_password", "a-long-password")
    page.locator("[type=submit]").click()
    return page


def publish_form(page: Page, title: str) -> str:
    """A form with a question that is asked under a condition; returns its slug."""
    page.goto("/admin/hcprograms/interestform/add/")
    page.locator("#id_title").press_sequentially(title)
    page.fill("#id_submit_label", "Sign me up")
    page.select_option("#id_status", "published")
    for number, label in enumerate(["Do you bring somebody?", "Who comes with you?"]):
        page.get_by_text("Add another Question").click()
        page.locator(f"[name=questions-{number}-label]").press_sequentially(label)
        page.fill(f"[name=questions-{number}-position]", str(number))
    page.select_option("[name=questions-0-kind]", "yes_no")
    key = page.input_value("[name=questions-0-key]")
    page.fill("[name=questions-1-show_when_key]", key)
    page.fill("[name=questions-1-show_when_answer]", "yes")
    expect(page.locator("[name=questions-0-options]")).to_be_hidden()
    page.select_option("[name=questions-0-kind]", "choice")
    expect(page.locator("[name=questions-0-options]")).to_be_visible()
    page.select_option("[name=questions-0-kind]", "yes_no")
    slug = page.input_value("#id_slug")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    return slug


def ask(page: Page, slug: str, name: str, email: str, *, phone: str, rests: bool = True) -> None:
    """An applicant on a phone, without scripts."""
    page.goto(f"/ask/{SCHOOL}/?form={slug}")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Phone number", exact=True).fill(phone)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Who comes with you?").fill("My sister")
    if rests:
        page.wait_for_timeout(2100)  # a person takes longer than a robot
    page.get_by_role("button", name="Sign me up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you. Your request has arrived."
    )


def open_lead(page: Page, name: str, queue: str = "inbox") -> None:
    page.goto(f"/admin/hcprograms/lead/?queue={queue}")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_office_from_the_empty_form_to_the_person_forgotten(office, visitor, site, tmp_path):
    page = office
    slug = publish_form(page, f"Open house {uuid.uuid4().hex[:6]}")
    phone = visitor(viewport=NARROW, java_script_enabled=False)
    ask(phone.page, slug, "Ida Inquirer", "ida@applicant.example", phone=PHONE)
    ask(phone.page, slug, "Ida I. Inquirer", "ida@applicant.example", phone=PHONE)
    ask(phone.page, slug, "Tim Toofast", "tim@applicant.example", phone="", rests=False)
    assert phone.context.cookies() == []

    # The newest unanswered request stands first, with who answers and why them.
    page.goto("/admin/hcprograms/lead/")
    first = page.locator("#result_list tbody tr").first
    expect(first).to_contain_text("Ida I. Inquirer")
    expect(page.get_by_role("link", name="Tim Toofast")).to_have_count(0)
    first.get_by_role("link").first.click()
    expect(page.get_by_text("Why them:")).to_be_visible()
    expect(page.get_by_text("My sister")).to_be_visible()

    # The first answer stops the clock.
    page.get_by_role("button", name="I have answered").click()
    expect(page.get_by_text("The first answer is recorded.")).to_be_visible()
    planned = query(
        site.database,
        "SELECT count(*) FROM hcprograms_followup f JOIN hcprograms_lead l ON l.id = f.lead_id"
        " WHERE l.name = ? AND f.purpose IN ('reminder', 'escalation') AND f.state = 'planned'",
        "Ida I. Inquirer",
    )
    assert planned == [(0,)]

    # One person, two requests: merged, and parted again.
    page.get_by_role("listitem").filter(has_text="Ida Inquirer").get_by_role(
        "link", name="Compare"
    ).click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Merged into this one")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Perhaps the same person")).to_be_visible()
    open_lead(page, "Ida Inquirer")

    # What looked like a robot was a person: released, it is assigned and announced.
    open_lead(page, "Tim Toofast", queue="review")
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_text("waiting for an answer")).to_be_visible()
    plan = page.get_by_role("region", name="What is still to come")
    expect(plan.get_by_role("link", name="Alert").first).to_be_visible()

    # Everything that was asked, as a file.
    page.goto("/admin/hcprograms/lead/?queue=all")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(label="Export as CSV")
    with page.expect_download() as download:
        page.get_by_role("button", name="Go").click()
    file = tmp_path / "leads.csv"
    download.value.save_as(file)
    rows = list(csv.reader(io.StringIO(Path(file).read_text(encoding="utf-8-sig"))))
    assert any("Tim Toofast" in row for row in rows)

    # Forgotten: the name is nowhere any more.
    open_lead(page, "Tim Toofast")
    page.get_by_text("They want to be forgotten?").click()
    page.get_by_label("Yes, remove this person for good").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("erased person")
    assert "Toofast" not in page.content()
    assert query(site.database, "SELECT 1 FROM hcprograms_lead WHERE name LIKE '%Toofast%'") == []
