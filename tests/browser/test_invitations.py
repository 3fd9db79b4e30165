"""A new colleague joins by the link of an invitation, in a real browser."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OWNER = """
from django.contrib.auth import get_user_model
from hcprograms.institutions.models import Institution, Membership
user = get_user_model().objects.create_user(
    "inviting", "inviting@x.example", "a-long-password", is_staff=True
)
school = Institution.objects.get(slug="example-valley-university")
Membership.objects.create(institution=school, user=user, role="owner")
"""
PASSWORD = "k3-Lmq-wz9-2026"


def sign_in(page: Page, name: str, password: str) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.locator("[type=submit]").click()


def read_link(folder: Path, email: str) -> str:
    mails = [
        message_from_bytes(one.read_bytes(), policy=policy.default) for one in folder.iterdir()
    ]
    (mail,) = [one for one in mails if one["To"] == email]
    (link,) = re.findall(r"(/invitation/\S+)", mail.get_content())
    return str(link)


def test_invited_person_makes_an_account_and_works(visitor, site):
    site.manage("shell", "-v0", "-c", OWNER)
    page = visitor().visit("/admin/login/?next=/admin/hcprograms/invitation/add/")
    sign_in(page, "inviting", "a-long-password")
    page.fill("#id_email", "new@colleague.example")
    page.select_option("#id_role", "advisor")
    page.get_by_role("button", name="Save", exact=True).click()
    link = read_link(Path(site.environment["VAR_DIR"], "mail"), "new@colleague.example")

    invited = visitor(viewport=NARROW).visit(link)
    invited.get_by_label("First name").fill("Nell")
    invited.get_by_label("Last name").fill("New")
    invited.get_by_label("Password", exact=False).first.fill(PASSWORD)
    invited.get_by_label("Password again").fill(PASSWORD)
    invited.get_by_role("button", name="Make the account and accept").click()

    expect(invited.get_by_role("heading", level=1)).to_have_text("You are a member now")
    invited.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(invited, "new@colleague.example", PASSWORD)
    invited.goto("/admin/hcprograms/lead/")
    expect(invited.get_by_role("heading", level=1)).to_contain_text("lead")
