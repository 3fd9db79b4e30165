"""Where a visit came from is kept across pages: with a script in the tab, without one in links."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NARROW
from tests.browser.site import PROGRAM, SCHOOL, read_leads

pytestmark = pytest.mark.browser


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email address").fill(f"{name.lower()}@applicant.example")
    page.wait_for_timeout(2_100)  # faster than that only robots fill in a form
    page.locator("main form[method=post] button[type=submit]").click()
    page.wait_for_url("**/thanks/**")


def test_campaign_without_scripts_goes_along_from_a_program_to_the_request(site, visitor):
    guest = visitor(viewport=NARROW, java_script_enabled=False)
    page = guest.visit(f"/programs/{SCHOOL}/{PROGRAM}/?utm_source=fair&utm_campaign=fall")

    page.get_by_role("link", name=SCHOOL.replace("-", " ").title()).first.click()
    page.get_by_role("link", name="Ask Example Valley University").first.click()
    fill_in(page, "Noscript")

    assert read_leads(site.database)["Noscript"] == {
        "utm_source": "fair",
        "utm_campaign": "fall",
        "landing": f"{site.url}/programs/{SCHOOL}/{PROGRAM}/",
    }
    assert guest.context.cookies() == []


def test_campaign_without_scripts_goes_through_questions_and_results(site, visitor):
    guest = visitor(viewport=NARROW, java_script_enabled=False)
    page = guest.visit("/guide/?utm_source=radio")

    page.locator("main a[href^='/match/']").first.click()
    page.get_by_label("Your education so far").select_option("bachelor")
    page.get_by_role("button", name="Show my programs").click()
    page.get_by_role("link", name="Ask Example Valley University").first.click()
    fill_in(page, "Results")

    assert read_leads(site.database)["Results"] == {
        "utm_source": "radio",
        "landing": f"{site.url}/guide/",
    }


def test_campaign_with_scripts_is_kept_in_the_tab_over_any_link(site, visitor):
    guest = visitor()
    page = guest.visit("/roles/?utm_source=poster")

    guest.visit(f"/ask/{SCHOOL}/")
    fill_in(page, "Tab")

    assert read_leads(site.database)["Tab"] == {
        "utm_source": "poster",
        "landing": f"{site.url}/roles/?utm_source=poster",
    }
    assert guest.complaints == []


def test_other_site_that_led_here_is_kept_with_scripts(site, visitor):
    page = visitor().visit("/robots.txt")

    page.goto(f"{site.url}/roles/", referer="https://search.example/")
    page.goto(f"{site.url}/ask/{SCHOOL}/", referer=f"{site.url}/roles/")
    fill_in(page, "Search")

    assert read_leads(site.database)["Search"] == {
        "landing": f"{site.url}/roles/",
        "referrer": "https://search.example/",
    }
