"""The main job as a visitor does it: match, read why, ask about two programs, be thanked."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.site import SCHOOL, query, read_link

pytestmark = pytest.mark.browser


def choose(page: Page, statement: str, answer: str) -> None:
    page.locator(
        "fieldset", has=page.locator(f"input[name=interest_{statement}]")
    ).last.get_by_label(answer, exact=True).check()


def ask_about_two(page: Page, email: str) -> None:
    page.get_by_role("link", name="Ask Example Valley University").first.click()
    boxes = page.locator("input[name=offerings]")
    assert page.locator("input[name=offerings]:checked").count() == 1
    boxes.nth(1).check()
    page.get_by_label("Your name").fill("Ada Applicant")
    page.get_by_label("Email address").fill(email)
    page.wait_for_timeout(2_100)  # what is sent faster is held for review, without a mail
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/thanks/"))


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_main_job_with_scripts_in_steps(visitor, site, viewport):
    address = f"ada{viewport['width']}@applicant.example"
    guest = visitor(viewport=viewport)
    page = guest.visit("/")

    page.get_by_role("main").get_by_role("link", name="Find your program").click()
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    choose(page, "strategy", "Very much me")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your education so far").select_option("bachelor")
    page.get_by_label("Search for a job").fill("hospital")
    page.get_by_label("Hospital administrator").check()
    guest.check()
    page.get_by_role("button", name="Show my programs").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("programs? meets? everything")
    )
    assert "education=bachelor" in page.url
    assert "state=" not in page.url
    guest.check()
    ask_about_two(page, address)
    guest.check()
    # Only the owner of the address gets the link to the inquiry.
    assert page.locator("a[href*='/my-request/']").count() == 0
    page.goto(read_link(site, "/my-request/", address))
    expect(page.get_by_role("heading", level=1)).to_have_text("My request")
    guest.check()


def test_main_job_without_scripts_on_one_page(visitor):
    guest = visitor(viewport=NARROW, java_script_enabled=False)
    page = guest.visit("/match/")

    choose(page, "strategy", "Very much me")
    choose(page, "records", "Not me")
    page.get_by_text("Choose from the list of jobs").click()
    page.get_by_label("Hospital administrator").check()
    page.get_by_label("Most you can spend").fill("$45,000")
    page.get_by_role("button", name="Show my programs").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("programs? meets? everything")
    )
    expect(page.get_by_role("link", name="Up to $45,000")).to_be_visible()
    ask_about_two(page, "bea@applicant.example")
    assert guest.context.cookies() == []


def test_steps_lose_nothing_on_the_way_back(visitor):
    guest = visitor(viewport=NARROW)
    page = guest.visit("/match/")

    choose(page, "strategy", "Very much me")
    page.get_by_role("button", name="Continue").click()
    choose(page, "supplies", "Not me")
    page.go_back()

    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    assert page.locator("input[name=interest_strategy]:checked").input_value() == "2"
    page.go_forward()
    assert page.locator("input[name=interest_supplies]:checked").input_value() == "-2"
    page.reload()
    expect(page.get_by_text("Step 2 of 5")).to_be_visible()
    assert page.locator("input[name=interest_strategy]:checked").input_value() == "2"


def test_back_from_the_results_keeps_every_answer(visitor):
    page = visitor().visit("/match/")

    choose(page, "finance", "Rather me")
    page.get_by_role("button", name="Show my programs").click()
    page.go_back()

    assert page.locator("input[name=interest_finance]:checked").input_value() == "1"


def test_errors_are_named_and_lead_to_their_field(visitor):
    guest = visitor(viewport=NARROW)
    page = guest.visit("/match/")

    for _step in range(3):
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("Longest time to finish").fill("two years")
    page.get_by_role("button", name="Show my programs").click()

    summary = page.locator(".hcp-errors")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Longest time to finish, in months: Write a whole number")
    summary.get_by_role("link").click()
    expect(page.get_by_label("Longest time to finish")).to_have_value("two years")
    expect(page.get_by_label("Longest time to finish")).to_have_attribute("aria-invalid", "true")


def test_near_miss_applies_its_one_change(visitor):
    page = visitor().visit("/match/results/?budget_total=18000&levels=master")

    nearly = page.get_by_role("region", name="Nearly: one change away")
    program = nearly.get_by_role("heading", level=3).first.inner_text()
    nearly.get_by_role("link", name="Raise my limit").first.click()

    expect(page.locator(".hcp-result h2", has_text=program).first).to_be_visible()


def test_filters_change_answers_in_place(visitor):
    page = visitor(viewport=NARROW).visit("/match/results/?interest_strategy=2&state=OH")

    page.get_by_text("Change your musts").click()
    page.get_by_label("Longest time to finish").fill("16")
    page.get_by_role("button", name="Show programs").click()

    assert "interest_strategy=2" in page.url
    assert "max_months=16" in page.url
    page.get_by_role("link", name="16 months at most").click()
    assert "max_months" not in page.url


def test_lead_of_the_main_job_names_both_programs(visitor, site):
    page = visitor().visit(f"/match/results/?education=bachelor&institution={SCHOOL}")

    ask_about_two(page, "cleo@applicant.example")

    chosen = query(
        site.database,
        "SELECT count(*) FROM hcprograms_leadchoice c JOIN hcprograms_lead l ON l.id = c.lead_id"
        " WHERE l.email = 'cleo@applicant.example'",
    )
    assert chosen == [(2,)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_cost_is_estimated_from_a_result_and_leads_back(visitor, scripts):
    guest = visitor(viewport=NARROW, java_script_enabled=scripts)
    page = guest.visit("/match/results/?interest_strategy=2&education=bachelor&levels=master")

    page.get_by_role("link", name="Estimate your cost").first.click()
    page.get_by_label("College credits you bring along").fill("6")
    page.get_by_label("Where you live").select_option("OH")
    page.get_by_role("button", name="Estimate my cost").click()

    expect(page.locator("#hcp-estimate .hcp-sum")).to_contain_text("About $")
    assert "transfer_credits=6" in page.url
    assert page.url.endswith("#hcp-estimate")
    if scripts:
        guest.check()
    page.get_by_role("link", name="Back to your results").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("programs? meets? everything")
    )
    assert "interest_strategy=2" in page.url


def test_results_are_emailed_for_an_address_alone(visitor):
    guest = visitor(viewport=NARROW)
    page = guest.visit("/match/results/?interest_strategy=2&education=bachelor")

    page.get_by_role("link", name="Email me these results").click()
    page.get_by_label("Email address").fill("cleo@applicant.example")
    page.wait_for_timeout(2_100)  # faster than that only robots fill in a form
    page.get_by_role("button", name="Email me these results").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your results are on their way")
    expect(page.get_by_text("cleo@applicant.example", exact=True)).to_be_visible()
    guest.check()
    page.get_by_role("link", name="Back to your results").click()
    assert "interest_strategy=2" in page.url
