"""Staff write a text, look at it, try it and send it, in a real browser."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_admin import sign_in

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=hacked=1>"
"""Runs where it is not escaped; without what mails leave out of a name, such as a slash."""
SEED = f"""
import json, uuid
from django.contrib.auth import get_user_model
from django.utils import timezone
from hcprograms.followup.models import MessageTemplate
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import InterestForm, Lead

school = Institution.objects.get(slug="example-valley-university")
user, made = get_user_model().objects.get_or_create(
    username="owner", defaults={{"is_staff": True, "email": "owner@school.example"}}
)
user.set_password("a-long-password")
user.save()
Membership.objects.get_or_create(institution=school, user=user, defaults={{"role": "owner"}})
form = InterestForm.objects.filter(institution=school).first()
with scopes_disabled():
    lead = Lead.objects.create(
        institution=school, form=form, submission_id=uuid.uuid4(), name="Ada {SCRIPT}",
        email="ada@applicant.example", captured_at=timezone.now(),
    )
text = MessageTemplate.objects.create(
    institution=school, kind="own", name="Open day", key="open-day"
)
print("IDS" + json.dumps({{"lead": lead.pk, "text": text.pk}}))
"""


@pytest.fixture(scope="module")
def ids(site) -> dict[str, int]:
    found: dict[str, int] = json.loads(site.manage("shell", "-c", SEED).rpartition("IDS")[2])
    return found


def test_text_is_written_shown_and_sent_without_scripts(visitor, ids):
    """What a phone without JavaScript can do; a lead's name does nothing in the preview."""
    guest = visitor(viewport=NARROW, java_script_enabled=False)
    page = sign_in(guest)
    guest.visit(f"/admin/hcprograms/messagetemplate/{ids['text']}/en-us/write/")
    page.get_by_label("Subject").fill("Open day, {first_name}?")
    page.get_by_label("Text", exact=True).fill("# Come\n\n{greeting} {nothing}")

    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Line 3: There is no placeholder {nothing}.")).to_be_visible()

    page.get_by_label("Text", exact=True).fill("# Come\n\n{greeting}\n\n[See]({request_url})")
    page.get_by_label("For whom").select_option(str(ids["lead"]))
    page.get_by_role("button", name="Show what stands here").click()
    mail = page.frame_locator("iframe[name=hcp-shown]").frame_locator("iframe")
    expect(mail.get_by_role("heading", name="Come")).to_be_visible()
    expect(mail.get_by_text(f"Hello Ada {SCRIPT},")).to_be_visible()

    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 1 is saved and in use.")).to_be_visible()

    guest.visit(f"/admin/hcprograms/lead/{ids['lead']}/change/")
    page.get_by_role("button", name="Send a text").click()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("1 person gets it.")).to_be_visible()
    page.get_by_role("button", name="Send 1 email").click()
    expect(page.get_by_text("1 message planned.")).to_be_visible()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["write", "versions"])
def test_pages_of_a_text_fit_and_are_accessible(visitor, ids, viewport, color_scheme, path: Any):
    guest = visitor(viewport=viewport, color_scheme=color_scheme)
    page = sign_in(guest)

    guest.visit(f"/admin/hcprograms/messagetemplate/{ids['text']}/en-us/{path}/")

    found = Axe().run(page, context=".hcp-lead")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert found.violations_count == 0, found.generate_report()


def test_preview_neither_runs_scripts_nor_asks_other_hosts(visitor, ids):
    guest = visitor()
    page = sign_in(guest)
    guest.visit(f"/admin/hcprograms/messagetemplate/{ids['text']}/en-us/write/")

    page.get_by_label("For whom").select_option(str(ids["lead"]))
    page.get_by_role("button", name="Show what stands here").click()
    mail = page.frame_locator("iframe[name=hcp-shown]").frame_locator("iframe")

    expect(mail.get_by_text(f"Ada {SCRIPT}").first).to_be_visible()
    assert [frame.evaluate("window.hacked") for frame in page.frames[:2]] == [None, None]
    assert guest.strangers == []
    assert guest.complaints == []
