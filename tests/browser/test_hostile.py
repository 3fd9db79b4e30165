"""A hostile applicant on every page that might show them, in a real browser: nothing runs."""

import json
import re
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, build_opener

import pytest
from playwright.sync_api import Page

from hcprograms.urls import urlpatterns
from tests.browser.conftest import Visitor, watch
from tests.browser.hostile import HOSTILE, PASSWORD, SCHOOL
from tests.browser.site import running_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

INJECTED = """() => ({
  ran: window.hacked !== undefined,
  handlers: document.querySelectorAll("[onerror], [onload], img[src='x']").length,
  scripts: [...document.scripts].filter((one) => one.textContent.includes("hacked")).length,
  links: document.querySelectorAll("[href^='javascript:' i], [action^='javascript:' i]").length,
  computed: document.documentElement.textContent.includes("'></textarea></title>49"),
})"""
CLEAN = {"ran": False, "handlers": 0, "scripts": 0, "links": 0, "computed": False}
SHOWN = "<script>window.hacked=1"

# Pages without a person: what they show of a visitor is what stands in their address.
OF_THE_ADDRESS = {
    "match": "match/",
    "match_results": "match/results/",
    "tuition": "tuition/",
    "programs": "programs/",
    "compare": "compare/",
    "institution": f"programs/{SCHOOL}/",
    "program": f"programs/{SCHOOL}/master-of-health-administration/",
    "roles": "roles/",
    "role": "roles/health-services-manager/",
    "guide": "guide/",
    "ask": f"ask/{SCHOOL}/",
}
NO_PAGES = {"apply", "colour", "renew", "seen", "health", "metrics", "my_request_file"}


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("hostile")) as site:
        yield site


@pytest.fixture(scope="module")
def pages(hostile_site):
    """The addresses of the pages, after somebody hostile has asked twice and been written to."""
    for number in range(2):
        ask(hostile_site, f"hostile{number}@applicant.example")
    hostile_site.manage("deliver_followups", "--once")
    printed = hostile_site.manage("shell", "-c", "from tests.browser.hostile import main; main()")
    return json.loads(printed.rpartition("FOUND")[2])


@pytest.fixture
def guest(hostile_site, browser):
    context = browser.new_context(base_url=hostile_site.url)
    found = Visitor(hostile_site, context, context.new_page())
    watch(found)
    found.page.on("dialog", lambda dialog: found.complaints.append(dialog.message))
    yield found
    context.close()


def ask(site, email):
    """As a browser sends the form, with hostile words wherever a sender has a say."""
    marks = urlencode({f"utm_{name}": HOSTILE for name in ("source", "medium", "campaign")})
    address = f"{site.url}/ask/{SCHOOL}/?{marks}"
    opener = build_opener()
    opener.addheaders = [("User-Agent", HOSTILE), ("Referer", f"https://x.example/{HOSTILE}")]
    with opener.open(address) as response:
        token = re.search(r'name="token" value="([^"]+)"', response.read().decode())[1]
    time.sleep(2.1)  # faster than that only robots fill in a form
    typed = {
        "token": token,
        "name": HOSTILE,
        "message": HOSTILE,
        "email": email,
        "landing": f"https://x.example/?utm_source={HOSTILE}",
        "source": f"https://x.example/{HOSTILE}",
        "referrer": f"https://y.example/{HOSTILE}",
    }
    with opener.open(Request(address, data=urlencode(typed).encode())) as response:
        assert "/thanks/" in response.url


def look(page: Page) -> dict[str, object]:
    found: dict[str, object] = page.evaluate(INJECTED)
    return found


def visit_all(guest, addresses):
    """Address → what ran or was injected there, where it is anything."""
    found = {}
    for address in addresses:
        response = guest.page.goto(address)
        assert response.status < 500, address
        seen = look(guest.page)
        if seen != CLEAN:
            found[address] = seen
    return found


def test_every_public_address_is_visited(pages):
    names = {one.name for one in urlpatterns}

    assert names - NO_PAGES == {*OF_THE_ADDRESS, *pages["public"]} - {"embed_thanks", "embed_frame"}


def test_nothing_runs_in_the_admin(guest, pages):
    page = guest.visit("/admin/login/")
    page.fill("#id_username", "owner")
    page.fill("#id_password", PASSWORD)
    page.locator("[type=submit]").click()

    found = visit_all(guest, pages["admin"])
    lead = next(one for one in pages["admin"] if re.search(r"/lead/\d+/change/", one))
    guest.page.goto(lead)

    assert found == {}
    assert SHOWN in guest.page.inner_text("body")
    assert guest.complaints == []
    assert guest.strangers == []


def test_nothing_runs_on_the_persons_own_pages(guest, pages):
    addresses = {name: one for name, one in pages["public"].items() if name != "my_request_data"}

    found = visit_all(guest, addresses.values())
    guest.page.goto(pages["public"]["my_request"])

    assert found == {}
    assert SHOWN in guest.page.inner_text("body")
    assert guest.complaints == []
    assert guest.strangers == []


def test_nothing_of_an_address_runs_on_public_pages(guest):
    keys = ("q", "utm_source", "state", "level", "roles", "form", HOSTILE)
    told = urlencode(dict.fromkeys(keys, HOSTILE))

    found = visit_all(guest, [f"/{path}?{told}" for path in OF_THE_ADDRESS.values()])

    assert found == {}
    assert guest.complaints == []
    assert guest.strangers == []


def test_nothing_typed_runs_when_the_form_comes_back(guest):
    page = guest.visit(f"/ask/{SCHOOL}/?utm_source={HOSTILE[:100]}")
    page.get_by_label("Your name").fill(HOSTILE)
    page.locator("[name=message]").fill(HOSTILE)
    page.get_by_label("Email address").fill(HOSTILE)
    page.locator("form[method=post]").evaluate("(form) => { form.noValidate = true; }")
    page.locator("main form[method=post] button[type=submit]").click()
    page.locator(".hcp-errors").wait_for()

    assert page.locator("[name=message]").input_value() == HOSTILE
    assert look(page) == CLEAN
    assert guest.complaints == []


def test_nothing_runs_in_emails_even_without_any_policy(guest, hostile_site, pages):
    """In a page of its own without a policy, as the worst mail program might show it."""
    folder = Path(hostile_site.environment["VAR_DIR"], "mail")
    names = [file.stem for file in folder.iterdir()]
    mailbox = [f"/mailbox/{name}/{part}" for name in names for part in ("", "html/")]
    found = visit_all(guest, ["/mailbox/", *mailbox])
    guest.context.set_offline(True)

    for name in names:
        html = guest.context.request.get(f"/mailbox/{name}/html/").text()
        guest.page.goto("about:blank")
        guest.page.set_content(html)
        assert SHOWN in guest.page.inner_text("body") or "hacked" not in html
        if look(guest.page) != CLEAN:
            found[name] = look(guest.page)

    assert len(names) >= 4
    assert found == {}
