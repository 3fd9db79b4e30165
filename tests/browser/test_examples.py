"""The example sites, each as its one command starts it: two visitors of one cached page."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from hcprograms.leads.tokens import open_form_token
from tests.browser.site import query, read_leads
from tests.prepared import copy_example_database
from tests.services import answers, free_port, stop, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# The static page starts the plain site beside it.
COMMANDS = {"plain": "static", "wagtail": "wagtail", "djangocms": "djangocms"}
PAGES = {"plain": "/about/", "wagtail": "/", "djangocms": "/en/"}


@dataclass
class Example:
    name: str
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        return self.url + PAGES[self.name]

    @property
    def database(self) -> Path:
        return self.folder / f"{self.name}.sqlite3"

    def leads(self) -> dict[str, dict[str, str]]:
        return read_leads(self.database)


@pytest.fixture(scope="module", params=list(PAGES))
def example(request, tmp_path_factory):
    """A site as its one command starts it, with the migrations already done."""
    folder, port = tmp_path_factory.mktemp(request.param), two_free_ports()
    copy_example_database(request.param, to=folder)
    site = subprocess.Popen(
        [sys.executable, "-m", f"examples.{COMMANDS[request.param]}", "--port", str(port)],
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(folder),
            "ADMIN_PASSWORD": "example-password",
        },
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: answers(port), seconds=90, what=f"the example {request.param}")
        yield Example(request.param, port, folder)
    finally:
        os.killpg(site.pid, signal.SIGTERM)
        stop(site)


def two_free_ports():
    """One whose successor is free too."""
    port = free_port()
    return port if not answers(port + 1) else two_free_ports()


def fill(page, name):
    form = page.locator("form[method=post]")
    form.get_by_label("Your name").fill(name)
    form.get_by_label("Email address").fill("ada@applicant.example")
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
        name: came_by(f"{example.page}?utm_source=fair", "fair")
        for name in ("First Visitor", "Second Visitor")
    }


@pytest.fixture
def aged(example, settings):
    """Let a page come from a cache that kept it for a month."""
    settings.SECRET_KEY = (example.folder / "secret_key").read_text()
    now = timezone.now()

    def grow_old(found):
        token = open_form_token(found[2], now=now)
        return found[1] + replace(token, issued_at=now - timedelta(days=30)).sign()

    def answer(route):
        html = re.sub(r'(name="token" value=")([^"]+)', grow_old, route.fetch().text())
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    return lambda page: page.route(example.page, answer)


def test_page_from_an_old_cache_gets_a_fresh_token(example, browser, aged):
    page = browser.new_page()
    aged(page)
    page.goto(example.page)

    fill(page, "Late Visitor")

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert "Late Visitor" in example.leads()
    page.close()


def test_page_from_an_old_cache_comes_back_with_everything_typed(example, browser, aged):
    page = browser.new_page(java_script_enabled=False)
    aged(page)
    page.goto(example.page)

    fill(page, "Late, No Script")

    expect(page.get_by_role("heading", name="Please send it once more")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Late, No Script")
    page.get_by_role("button", name=re.compile("Send")).click()
    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert example.leads()["Late, No Script"]["page"] == example.page
    page.close()


def test_page_fits_its_window(example, browser):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(example.page)

    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
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


def test_static_page_of_another_site_asks(example, browser):
    if example.name != "plain":
        pytest.skip("the plain example has the static page")
    page, address = browser.new_page(), f"http://localhost:{example.port + 1}/"
    page.goto(f"{address}?utm_source=flyer")

    fill(page.frame_locator("iframe"), "Static Visitor")

    expect(page.frame_locator("iframe").get_by_text("Your request has arrived")).to_be_visible()
    assert example.leads()["Static Visitor"] == came_by(f"{address}?utm_source=flyer", "flyer")
    page.close()


def came_by(page, source):
    """What a lead says of a visitor who came to this page first, by this campaign."""
    return {"page": page, "landing": page, "utm_source": source}


def place_in_wagtail(page, example):
    page.goto(f"{example.url}/cms/login/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "example-password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/cms/")
    ((home,),) = query(example.database, "SELECT page_ptr_id FROM example_wagtail_streampage")
    page.goto(f"{example.url}/cms/pages/add/example_wagtail/streampage/{home}/")
    page.get_by_role("textbox", name="Title").first.fill("Ask here")
    for part in ("Matching form", "Interest form"):
        page.get_by_role("button", name="Insert a block").last.click()
        page.get_by_role("option", name=part).click()
    page.get_by_role("button", name="Choose a form").click()
    page.locator(".modal a[data-chooser-modal-choice]").first.click()
    expect(page.get_by_role("button", name="Choose a form")).to_be_hidden()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(f"**/cms/pages/{home}/")
    return f"{example.url}/ask-here/"


def place_in_django_cms(page, example):
    page.goto(f"{example.url}/en/admin/login/?next=/en/admin/cms/pagecontent/add/?language=en")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "example-password")
    page.locator("[type=submit]").click()
    page.fill("#id_title", "Ask here")
    page.locator("input[name=_save]").first.click()
    page.wait_for_url("**/pagecontent/?language=en")
    ((kind, draft),) = query(
        example.database,
        "SELECT t.id, max(c.id) FROM django_content_type t, cms_pagecontent c"
        " WHERE t.app_label = 'cms' AND t.model = 'pagecontent'",
    )
    for part in ("Matching form", "Interest form"):
        page.goto(f"{example.url}/en/admin/cms/placeholder/object/{kind}/structure/{draft}/")
        page.locator(".cms-submenu-add").first.click()
        page.locator(".cms-modal").get_by_text(part, exact=True).click()
        options = page.frame_locator(".cms-modal iframe")
        options.get_by_label("Another title" if "Interest" in part else "Title").fill(part)
        if part == "Interest form":
            options.locator("#id_form").select_option(index=1)
        page.locator(".cms-modal-buttons").get_by_text("Save").click()
        expect(page.locator(".cms-draggable", has_text=part)).to_have_count(1)
    page.locator(".cms-toolbar").get_by_text("Publish", exact=True).click()
    page.wait_for_url("**/en/ask-here/")
    return f"{example.url}/en/ask-here/"


def test_editor_places_matcher_and_form_for_visitors_to_use(example, browser):
    if example.name == "plain":
        pytest.skip("the plain example has no editors")
    place = place_in_wagtail if example.name == "wagtail" else place_in_django_cms
    editing = browser.new_context(viewport={"width": 1280, "height": 900})
    address = place(editing.new_page(), example)
    editing.close()

    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{address}?utm_source=fair")
    matcher = page.locator("form[data-hcp-steps]").count()
    fill(page, "Of The Editor")

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert matcher == 1
    assert example.leads()["Of The Editor"] == came_by(f"{address}?utm_source=fair", "fair")
    page.close()
