"""Names of three hundred letters without a space break no page on a phone."""

import json
import re
import time
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.browser.conftest import NARROW
from tests.browser.hostile import PASSWORD, SCHOOL
from tests.browser.site import running_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = "Wolfeschlegelsteinhausen" * 12
NAMES = {"long": LONG, "rtl": "נור־אלהודא לאבלייס", "emoji": "👩🏽‍⚕️" * 20}
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The site's address and the pages of each of the people."""
    with running_site(tmp_path_factory.mktemp("names")) as site:
        for key, name in NAMES.items():
            ask(site, key, name)
        printed = site.manage("shell", "-c", SEED)
        yield site.url, json.loads(printed.rpartition("FOUND")[2])


SEED = """
from tests.browser import hostile
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Lead
import json
with scopes_disabled():
    hostile.make_owner()
    leads = list(Lead.objects.filter(email__endswith="@names.example"))
    public = [one for lead in leads for one in hostile.list_public(lead).values()]
    admin = [one for lead in leads for one in hostile.list_pages("lead", [lead.pk])]
    print("FOUND" + json.dumps({"public": public, "admin": admin}))
"""


def ask(site, key, name):
    address = f"{site.url}/ask/{SCHOOL}/"
    with urlopen(address) as response:
        token = re.search(r'name="token" value="([^"]+)"', response.read().decode())[1]
    time.sleep(2.1)  # faster than that only robots fill in a form
    typed = {"token": token, "name": name, "message": name, "email": f"{key}@names.example"}
    with urlopen(Request(address, data=urlencode(typed).encode())) as response:
        assert "/thanks/" in response.url


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport=NARROW)
    yield context.new_page()
    context.close()


def too_wide(page, site, addresses):
    wide = {}
    for address in addresses:
        if "/data/" in address:
            continue
        assert page.goto(site + address).status < 500, address
        if (by := page.evaluate(OVERFLOW)) > 0:
            wide[address] = by
    return wide


def test_own_pages_fit_a_phone(page, pages):
    site, found = pages

    assert too_wide(page, site, found["public"]) == {}


def test_pages_of_staff_fit_a_phone(page, pages):
    site, found = pages
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", "owner")
    page.fill("#id_password", PASSWORD)
    page.locator("[type=submit]").click()

    assert too_wide(page, site, ["/admin/hcprograms/", *found["admin"]]) == {}


def test_form_that_comes_back_fits_a_phone(page, pages):
    site, _found = pages
    page.goto(f"{site}/ask/{SCHOOL}/")
    page.get_by_label("Your name").fill(LONG * 2)
    page.locator("[name=message]").fill(LONG)
    page.locator("form[method=post]").evaluate(
        "(form) => { form.noValidate = true;"
        " for (const one of form.elements) one.removeAttribute?.('maxlength'); }"
    )
    page.locator("main form[method=post] button[type=submit]").click()
    page.locator(".hcp-errors").wait_for()

    assert page.evaluate(OVERFLOW) <= 0
