"""The main job, end to end, on what production has: PostgreSQL, Redis, Celery, SMTP, a browser."""

import re
import time

import pytest

from tests.services import wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.redis,
    pytest.mark.slow,
    pytest.mark.xdist_group("production"),
]

APPLICANT = "dana.reyes@example.org"
SOON_SECONDS = 15  # well before the next sweep: the wake-up works


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def page(request, production_site, browser):
    context = browser.new_context(
        base_url=production_site.url,
        ignore_https_errors=True,
        java_script_enabled=request.param,
        viewport={"width": 360, "height": 740},
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def password(production_site):
    production_site.manage(
        "shell",
        "-v0",
        "-c",
        "from django.contrib.auth.models import User\n"
        "User.objects.create_superuser('root', password='only-for-this-test')",
    )
    return "only-for-this-test"


def ask_two_programs(page):
    page.goto("/match/results/?levels=master")
    page.get_by_role("link", name=re.compile("^Ask ")).first.click()
    programs = page.locator("input[name=offerings]")
    for box in (programs.nth(0), programs.nth(1)):
        box.check()
    page.get_by_label("Your name").fill("Dana Reyes")
    page.get_by_label("Email address").fill(APPLICANT)
    time.sleep(2.5)  # as long as a person needs at least
    page.get_by_role("button", name=re.compile("Send|Ask|Request")).click()
    page.wait_for_url("**/thanks/**")


def log_in(page, password):
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("root")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_a_visitor_asks_and_an_advisor_reads_it(page, production_site, smtp, password):
    page.goto("/match/")
    assert page.get_by_role("heading", level=1).inner_text() == "Find your program"

    ask_two_programs(page)
    wait_until(lambda: smtp.sent_to(APPLICANT), seconds=SOON_SECONDS, what="the applicant's mail")
    wait_until(lambda: to_advisors(smtp), seconds=SOON_SECONDS, what="the advisor's mail")
    text = to_advisors(smtp)[0].get_body(("plain",)).get_content()
    link = re.search(rf"{production_site.url}/admin/\S+", text)[0]
    log_in(page, password)
    page.goto(link)

    assert "Dana Reyes" in text
    assert "Dana Reyes" in page.content()
    assert APPLICANT in page.content()
    assert APPLICANT not in production_site.said()


def to_advisors(smtp):
    return [mail.message for mail in smtp.received if APPLICANT not in mail.recipients]
