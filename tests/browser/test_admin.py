"""Staff at work in a real browser, with a hostile applicant among the leads."""

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE

pytestmark = pytest.mark.browser

HOSTILE = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'

SEED = f"""
import json, uuid
from django.contrib.auth import get_user_model
from django.utils import timezone
from hcprograms.followup.models import FollowUp, Sequence
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.models import CaptureAttempt, InterestForm, Lead
from hcprograms.leads.submission import Submission
from hcprograms.leads.visitor import Visitor
from hcprograms.leads.consent_records import list_shown_consents

school = Institution.objects.get(slug="example-valley-university")
user, made = get_user_model().objects.get_or_create(
    username="owner", defaults={{"is_staff": True, "first_name": "Olive", "last_name": "Owner"}}
)
user.set_password("a-long-password")
user.save()
Membership.objects.get_or_create(institution=school, user=user, defaults={{"role": "owner"}})
form = InterestForm.objects.filter(institution=school).first()
text = {HOSTILE!r}
captured = capture_lead(
    form=form,
    submission=Submission(
        id=uuid.uuid4(),
        details={{"name": text, "email": "h@applicant.example", "phone": "", "message": text}},
        consents=[(shown, True) for shown in list_shown_consents(form=form)],
        answers={{"roles": [text], "state": text}},
        recommendation={{
            "matches": [{{"program": text, "reasons": [{{"text": text, "score": 1}}]}}]
        }},
        visitor=Visitor(user_agent=text, page_url=text, attribution={{"utm_source": text}}),
    ),
    now=timezone.now(),
)
with scopes_disabled():
    row = captured.lead.follow_ups.first()
    FollowUp.objects.filter(pk=row.pk).update(state="failed", last_error=text)
    CaptureAttempt.objects.filter(lead=captured.lead).update(detail=text[:300])
    attempt = CaptureAttempt.objects.filter(lead=captured.lead).first()
    consent = captured.lead.consents.first()
sequence = Sequence.objects.get(institution=school)
print("IDS" + json.dumps({{
    "lead": captured.lead.pk, "follow_up": row.pk, "attempt": attempt.pk, "consent": consent.pk,
    "sequence": sequence.pk,
}}))
"""


@pytest.fixture(scope="module")
def ids(site) -> dict[str, int]:
    printed = site.manage("shell", "-c", SEED)
    found: dict[str, int] = json.loads(printed.rpartition("IDS")[2])
    return found


def sign_in(guest: Any) -> Page:
    page: Page = guest.visit("/admin/login/")
    page.fill("#id_username", "owner")
    page.fill("#id_password", "a-long-password")
    page.locator("[type=submit]").click()
    return page


def test_script_of_an_applicant_never_runs(visitor, site, ids):
    guest = visitor()
    page = sign_in(guest)
    page.on("dialog", lambda dialog: guest.complaints.append(dialog.message))

    for path in (
        "",
        "hcprograms/",
        "hcprograms/lead/?queue=all",
        f"hcprograms/lead/{ids['lead']}/change/",
        f"hcprograms/lead/{ids['lead']}/history/",
        "hcprograms/followup/",
        f"hcprograms/followup/{ids['follow_up']}/change/",
        "hcprograms/captureattempt/",
        f"hcprograms/captureattempt/{ids['attempt']}/change/",
        "hcprograms/consent/",
        f"hcprograms/consent/{ids['consent']}/change/",
    ):
        guest.visit(f"/admin/{path}")
        assert page.evaluate("window.hacked") is None, path
    assert guest.complaints == []
    assert guest.strangers == []


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_lead_page_fits_and_is_accessible(visitor, ids, viewport, color_scheme):
    guest = visitor(viewport=viewport, color_scheme=color_scheme)
    page = sign_in(guest)

    guest.visit(f"/admin/hcprograms/lead/{ids['lead']}/change/")

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page, context=".hcp-lead")
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_report_fits_is_accessible_and_shows_one_group(visitor, ids, viewport, color_scheme):
    guest = visitor(viewport=viewport, color_scheme=color_scheme)
    page = sign_in(guest)

    guest.visit("/admin/hcprograms/lead/report/?by=form")
    page.get_by_role("region", name="By group").get_by_role("link").first.click()
    page.get_by_text("The same as a table").click()

    expect(page.get_by_role("link", name="Show everything")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page, context=".hcp-lead")
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_pages_of_a_sequence_fit_and_are_accessible(visitor, ids, viewport, color_scheme):
    guest = visitor(viewport=viewport, color_scheme=color_scheme)
    page = sign_in(guest)

    for path in (f"simulate/?lead={ids['lead']}", f"{ids['sequence']}/apply/"):
        guest.visit(f"/admin/hcprograms/sequence/{path}")

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        found = Axe().run(page, context=".hcp-lead")
        assert found.violations_count == 0, found.generate_report()


def test_manager_moves_a_message_and_applies_it_to_who_asked_before(visitor, ids):
    guest = visitor(viewport=WIDE)
    page = sign_in(guest)
    guest.visit(f"/admin/hcprograms/sequence/{ids['sequence']}/change/")

    page.locator("[name=steps-5-amount]").fill("4")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".hcp-in-words")).to_contain_text("4 days later at 10 a.m.")
    page.get_by_role("link", name="Apply to planned messages").click()
    expect(page.locator(".hcp-lead")).to_contain_text("1 lead would change")
    page.get_by_role("button", name="Apply to these leads").click()

    expect(page.locator(".messagelist")).to_contain_text("1 lead: 0 messages added, 1 changed")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_start_page_leads_to_the_waiting_leads(visitor, ids, color_scheme):
    guest = visitor(viewport=NARROW, color_scheme=color_scheme)
    page = sign_in(guest)

    guest.visit("/admin/hcprograms/")
    found = Axe().run(page, context=".hcp-care")
    page.get_by_role(
        "link", name=re.compile("waiting for an answer|emails? that failed")
    ).first.click()

    assert found.violations_count == 0, found.generate_report()
    expect(page.locator("#result_list tbody tr").first).to_be_visible()


def test_advisor_answers_without_scripts(visitor, ids):
    guest = visitor(viewport=NARROW, java_script_enabled=False)
    page = sign_in(guest)
    guest.visit(f"/admin/hcprograms/lead/{ids['lead']}/change/")

    page.get_by_label("What was said or done").fill("Called, wants evening classes")
    page.get_by_role("button", name="Keep as call").click()
    page.get_by_role("button", name="I have answered").click()

    expect(page.get_by_text("The first answer is recorded.")).to_be_visible()
    expect(page.get_by_text("Called, wants evening classes")).to_be_visible()
    expect(page.get_by_role("button", name="I have answered")).to_have_count(0)
