"""What staff typed stays in the browser until it is saved, and is not left without a question."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_admin import sign_in

pytestmark = pytest.mark.browser

NOTE = "What was said or done"
SEED = """
import uuid
from django.contrib.auth import get_user_model
from django.utils import timezone
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import InterestForm, Lead

school = Institution.objects.get(slug="example-valley-university")
user, made = get_user_model().objects.get_or_create(
    username="owner", defaults={"is_staff": True, "first_name": "Olive", "last_name": "Owner"}
)
user.set_password("a-long-password")
user.save()
Membership.objects.get_or_create(institution=school, user=user, defaults={"role": "owner"})
form = InterestForm.objects.filter(institution=school).first()
with scopes_disabled():
    lead = Lead.objects.create(
        institution=school, form=form, submission_id=uuid.uuid4(), name="Ada Applicant",
        email="ada@applicant.example", captured_at=timezone.now(),
    )
print("LEAD", lead.pk)
"""


@pytest.fixture(scope="module")
def lead(site) -> str:
    """The address of a lead's page."""
    number = site.manage("shell", "-c", SEED).rpartition("LEAD")[2].strip()
    return f"/admin/hcprograms/lead/{number}/change/"


def test_texts_return_after_the_session_ended(visitor, lead):
    guest = visitor()
    page = sign_in(guest)
    guest.visit(lead)
    page.get_by_label(NOTE).fill("Wants evening classes")
    page.get_by_label("Subject").fill("Your question")
    guest.context.clear_cookies(name="sessionid")
    guest.context.clear_cookies(name="hcprograms_sessionid")

    page.reload()
    page.fill("#id_username", "owner")
    page.fill("#id_password", "a-long-password")
    page.locator("[type=submit]").click()

    expect(page.get_by_label(NOTE)).to_have_value("Wants evening classes")
    expect(page.get_by_label("Subject")).to_have_value("Your question")
    assert guest.complaints == []


def test_saved_text_is_forgotten_and_the_other_stays(visitor, lead):
    guest = visitor()
    page = sign_in(guest)
    guest.visit(lead)
    page.get_by_label(NOTE).fill("Is a nurse")
    page.get_by_label("Subject").fill("Second question")

    page.get_by_role("button", name="Keep as note").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    guest.visit(lead)

    expect(page.get_by_label(NOTE)).to_have_value("")
    expect(page.get_by_label("Subject")).to_have_value("Second question")


@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "untouched"])
def test_page_asks_before_it_is_left_only_with_something_typed(visitor, lead, is_typed):
    guest = visitor()
    page = sign_in(guest)
    guest.visit(lead)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    if is_typed:
        page.get_by_label(NOTE).press_sequentially("Call")

    page.get_by_role("link", name="Home").first.click()
    page.wait_for_url("**/admin/")

    assert asked == (["beforeunload"] if is_typed else [])


def test_enter_in_a_field_sends_nothing(visitor, lead):
    guest = visitor()
    page = sign_in(guest)
    guest.visit(lead)

    page.get_by_label("Reason").fill("No answer")
    page.get_by_label("Reason").press("Enter")

    expect(page.get_by_label("Reason")).to_have_value("No answer")
    expect(page.locator(".messagelist")).to_have_count(0)
