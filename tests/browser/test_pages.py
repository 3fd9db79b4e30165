"""Every public page, in every shape a visitor may see it: clean for axe, in bounds, in private."""

import pytest

from tests.browser.conftest import NARROW, WIDE
from tests.browser.site import PROGRAM, SCHOOL

pytestmark = pytest.mark.browser

ANSWERS = "interest_strategy=2&interest_records=-1&education=bachelor&state=OH&budget_total=40000"
PAGES = {
    "front": "/",
    "form": "/match/",
    "form with errors": "/match/?max_months=many&start_from=2028-01&start_by=2027-01",
    "results": f"/match/results/?{ANSWERS}",
    "results of nothing said": "/match/results/",
    "no results": "/match/results/?budget_total=1&max_months=1",
    "refused address": "/match/results/?education=wizard",
    "program": f"/programs/{SCHOOL}/{PROGRAM}/?{ANSWERS}",
    "directory": "/programs/?level=master",
    "guide": "/guide/",
    "roles": "/roles/",
    "role": "/roles/health-services-manager/",
    "school": f"/programs/{SCHOOL}/",
    "estimator": "/tuition/?q=master",
    "ask": f"/ask/{SCHOOL}/?{ANSWERS}",
    "not found": "/programs/nowhere/",
}
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
SHAPES = {
    "narrow": {"viewport": NARROW},
    "wide dark": {"viewport": WIDE, "color_scheme": "dark"},
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_is_clean_in_every_shape(visitor, path):
    for shape in SHAPES.values():
        guest = visitor(**shape)

        guest.visit(path)
        guest.page.evaluate(OPEN_ALL)

        guest.check()


def test_comparison_of_ticked_results_is_clean_in_every_shape(visitor):
    for shape in SHAPES.values():
        guest = visitor(**shape)
        page = guest.visit(PAGES["results"])
        for number in range(3):
            page.get_by_label("Compare").nth(number).check()

        page.get_by_role("button", name="Compare the ticked programs").click()

        assert page.get_by_role("link", name="Back to your results").is_visible()
        assert page.locator(".hcp-compared thead th").count() == 3
        guest.check()


def test_applicant_finds_by_facet_compares_three_and_sees_why_a_job_is_contested(site, browser):
    context = browser.new_context(viewport=NARROW, java_script_enabled=False, base_url=site.url)
    page = context.new_page()
    page.goto("/programs/")

    page.locator(".hcp-facets > summary").click()
    page.get_by_role("link", name="Master’s degree").click()
    page.locator(".hcp-facets > summary").click()
    page.get_by_label("Job it leads to").select_option("health-services-manager")
    page.get_by_role("button", name="Show programs").click()
    for number in range(3):
        page.get_by_label("Compare").nth(number).check()
    page.get_by_role("button", name="Compare the ticked programs").click()
    compared = page.locator(".hcp-compared thead th").count()
    page.get_by_role("link", name="Health services manager").first.click()

    assert compared == 3
    assert "Sources disagree: administration (1), management (1)." in page.inner_text("main")
    context.close()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_without_scripts_fits_a_phone(site, browser, path):
    context = browser.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()

    response = page.goto(site.url + path)

    assert "Set-Cookie" not in response.headers
    assert page.locator("main h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_keyboard_reaches_the_content_first_and_shows_where_it_is(visitor):
    page = visitor(viewport=NARROW).visit("/match/")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")

    assert skip == "#content"
    assert outline == "3px"


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_target_is_large_enough_for_a_thumb(visitor, path):
    page = visitor(viewport=NARROW).visit(path)

    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main .hcp-button, main select,"
            + "main input:not([type=hidden], [type=radio], [type=checkbox]), main summary,"
            + "main .hcp-scale label")]
            .filter((each) => each.checkVisibility() && !each.closest(".hcp-hidden"))
            .filter((each) => each.getBoundingClientRect().height < 44)
            .map((each) => each.outerHTML.slice(0, 80))"""
    )

    assert small == []


def test_right_to_left_mirrors_the_page_without_overflow(visitor):
    guest = visitor(viewport=NARROW)
    page = guest.visit(PAGES["results"])

    page.evaluate("document.documentElement.dir = 'rtl'")

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    heading = page.locator(".hcp-result h2").first.bounding_box()
    percent = page.locator(".hcp-percent").first.bounding_box()
    assert percent["x"] < heading["x"]


def test_pages_load_few_and_light_files(visitor):
    guest = visitor()
    sizes: dict[str, int] = {}
    guest.page.on(
        "response",
        lambda each: sizes.update({each.url: int(each.headers.get("content-length", 0))}),
    )

    guest.visit("/match/")

    plugin = {url: size for url, size in sizes.items() if "/static/hcprograms/" in url}
    assert len(sizes) <= 6
    assert len(plugin) == 2
    assert sum(plugin.values()) < 12_000


def test_print_is_dark_on_white_whatever_the_screen(visitor):
    page = visitor(color_scheme="dark").visit(PAGES["results"])

    page.emulate_media(media="print", color_scheme="dark")

    paper, badge = (
        page.evaluate(
            "(each) => getComputedStyle(document.querySelector(each)).backgroundColor", of
        )
        for of in ("body", ".hcp-badge-quiet")
    )
    assert paper == "rgb(255, 255, 255)"
    assert min(map(int, badge[4:-1].split(", "))) > 200
    assert not page.get_by_role("button", name="Compare").is_visible()
