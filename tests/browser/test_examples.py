"""The example sites, each as its one command starts it: two visitors of one cached page."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.services import answers, free_port, stop, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = {"plain": "/about/", "wagtail": "/", "djangocms": "/en/"}
LEADS = """
import json
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.lead import Lead
with scopes_disabled():
    print(json.dumps({one.name: one.attribution for one in Lead.objects.all()}))
"""
OLD_TOKEN = """
from datetime import timedelta
from django.utils import timezone
from hcprograms.leads.asking import find_ask_page
then = timezone.now() - timedelta(30)
page = find_ask_page(school="example-valley-university", query={}, now=then)
print(page.new_token())
"""


@dataclass
class Example:
    name: str
    url: str
    environment: dict[str, str]

    @property
    def page(self) -> str:
        return self.url + PAGES[self.name]

    def ask(self, code: str) -> str:
        """Run code inside the site; return the last line that it printed."""
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        environment = self.environment | {
            "DJANGO_SETTINGS_MODULE": f"examples.{self.name}.settings"
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[-1]

    def leads(self) -> dict[str, dict[str, str]]:
        return json.loads(self.ask(LEADS))


@pytest.fixture(scope="module", params=list(PAGES))
def example(request, tmp_path_factory):
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if key.startswith("COV")}
    environment |= {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path_factory.mktemp(request.param)),
        "ADMIN_PASSWORD": "example-password",
    }
    site = subprocess.Popen(
        [sys.executable, "-m", f"examples.{request.param}", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: answers(port), seconds=90, what=f"the example {request.param}")
        yield Example(request.param, f"http://127.0.0.1:{port}", environment)
    finally:
        os.killpg(site.pid, signal.SIGTERM)
        stop(site)


def fill(page, name):
    form = page.locator("form[method=post]")
    form.get_by_label("Your name").fill(name)
    form.get_by_label("Email address").fill("ada@applicant.example")
    page.wait_for_timeout(2500)  # nobody types faster
    form.get_by_role("button", name=re.compile("Send")).click()


def test_two_visitors_of_a_page_both_ask(example, browser):
    for name in ("First Visitor", "Second Visitor"):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{example.page}?utm_source=fair")
        fill(page, name)
        expect(page.get_by_text("Your request has arrived")).to_be_visible()
        assert context.cookies() == []
        context.close()

    leads = example.leads()
    assert {name: leads[name] for name in ("First Visitor", "Second Visitor")} == {
        name: {"page": f"{example.page}?utm_source=fair", "utm_source": "fair"}
        for name in ("First Visitor", "Second Visitor")
    }


def with_old_token(page, example):
    """Let the page come from a cache that kept it for a month."""
    old = example.ask(OLD_TOKEN)

    def answer(route):
        html = route.fetch().text()
        html = re.sub(r'(name="token" value=")[^"]+', rf"\g<1>{old}", html)
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route(example.page, answer)


def test_page_from_an_old_cache_gets_a_fresh_token(example, browser):
    page = browser.new_page()
    with_old_token(page, example)
    page.goto(example.page)

    fill(page, "Late Visitor")

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert "Late Visitor" in example.leads()
    page.close()


def test_page_from_an_old_cache_comes_back_with_everything_typed(example, browser):
    page = browser.new_page(java_script_enabled=False)
    with_old_token(page, example)
    page.goto(example.page)

    fill(page, "Late, No Script")

    expect(page.get_by_role("heading", name="Please send it once more")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Late, No Script")
    page.get_by_role("button", name=re.compile("Send")).click()
    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert example.leads()["Late, No Script"]["page"] == example.page
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_page_fits_its_window(example, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(example.page)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.close()


def test_hostile_style_sheet_changes_no_part(example, browser):
    if example.name != "plain":
        pytest.skip("the plain example has the hostile style sheet")
    page = browser.new_page()
    page.goto(f"{example.url}/hostile/")

    button = page.locator("form[method=post]").get_by_role("button", name=re.compile("Send"))
    expect(button).to_be_visible()
    expect(button).to_have_css("background-color", "rgb(12, 90, 99)")
    box = page.locator("form[method=post] input[type=checkbox]").first
    expect(box).to_have_css("appearance", "auto")
    name = page.locator("form[method=post]").get_by_label("Your name")
    expect(name).to_have_css("border-top-style", "solid")
    assert name.bounding_box()["width"] > 200
    page.close()
